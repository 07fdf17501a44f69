import { HASH_BYTES, type LeafIndex, leafIndex, type TreeHash, treeHash } from './hash';

const HEADER = 'c2sp.org/tlog-proof@v1';

/** A self-contained proof: what was logged, at which leaf, and the signed tree that contains it. C2SP tlog-proof. */
export interface ProofFile {
  readonly index: LeafIndex;
  /** The logged bytes. The format calls them extra data. */
  readonly data: string;
  /** Hashes from the leaf up to the root. */
  readonly path: readonly TreeHash[];
  /** The signed note. */
  readonly checkpoint: string;
}

export function formatProofFile(proof: ProofFile): string {
  return [
    HEADER,
    `extra ${Buffer.from(proof.data, 'utf8').toString('base64')}`,
    `index ${proof.index}`,
    ...proof.path.map((hash) => hash.toString('base64')),
    '',
    proof.checkpoint,
  ].join('\n');
}

/** @throws RangeError when the text is not such a proof */
export function parseProofFile(text: string): ProofFile {
  const split = text.indexOf('\n\n');
  const [header, extra = '', index = '', ...hashes] = text.slice(0, Math.max(0, split)).split('\n');
  const position = /^index (0|[1-9]\d{0,15})$/.exec(index)?.[1];
  const data = /^extra ([A-Za-z0-9+/]+={0,2})$/.exec(extra)?.[1];
  if (header !== HEADER || position === undefined || data === undefined) {
    throw new RangeError(`This is not a proof: it must begin with ${HEADER}, extra data and an index`);
  }
  const path = hashes.map((hash) => {
    const bytes = Buffer.from(hash, 'base64');
    if (bytes.length !== HASH_BYTES || bytes.toString('base64') !== hash) {
      throw new RangeError('A hash of this proof is malformed');
    }
    return treeHash(bytes);
  });
  return {
    index: leafIndex(Number(position)),
    data: Buffer.from(data, 'base64').toString('utf8'),
    path,
    checkpoint: text.slice(split + 2),
  };
}

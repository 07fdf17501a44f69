import type { LedgerSource } from '../../runtime/core/audit/ledger-source';
import { type LedgerEntry, ledgerKey } from '../../runtime/core/contracts';
import { type Batch, batchEntryKeys, parseBatch } from '../../runtime/core/ledger/batch';
import { parseEntry } from '../../runtime/core/ledger/entry';
import { parseCheckpoint } from '../../runtime/core/merkle/checkpoint';
import { hashLeaf, type LeafIndex, leafIndex } from '../../runtime/core/merkle/hash';
import { checkNote, parseNote, type VerifierKey, withoutConversion } from '../../runtime/core/merkle/note';
import { proveInclusion, verifyInclusion } from '../../runtime/core/merkle/proof';
import { formatProofFile, parseProofFile } from '../../runtime/core/merkle/proof-file';
import { decodeTile, TILE_WIDTH, tilePath, tileWidth } from '../../runtime/core/merkle/tile';
import { LedgerFault } from '../ledger/ledger-fault';

/**
 * Makes a file that proves that an entry is in the ledger, without showing another entry. The public key is enough to
 * check it.
 *
 * @throws Error when the entry is not sealed, or the tree is not published
 * @throws LedgerFault when the published tree is incomplete or contradicts itself
 */
export async function proveEntry(source: LedgerSource, key: string, verifier: VerifierKey): Promise<string> {
  const [data] = await source.read([key]);
  if (data === undefined) throw new Error(`The ledger has no object ${key}.`);
  const { published } = source;
  const shown = await published?.('checkpoint');
  if (!published || !shown)
    throw new Error(
      'A proof needs the published tree. Give --publication-bucket, or a copy that was downloaded with it.',
    );
  const checkpoint = withoutConversion(Buffer.from(shown).toString('utf8'));
  const { size } = parseCheckpoint(parseNote(checkpoint).text);
  const index = await leafOf(source, key);
  if (index === undefined || index >= size) {
    throw new Error(`${key} is not sealed yet. Try again after the merge delay.`);
  }
  const path = await proveInclusion(index, size, async (level, tile) => {
    const id = { level, index: tile, width: tileWidth(level, tile, size) };
    const bytes = (await published(tilePath({ ...id, width: TILE_WIDTH }))) ?? (await published(tilePath(id)));
    if (!bytes) throw new LedgerFault(`The published tile ${tilePath(id)} is missing.`);
    return decodeTile(bytes);
  });
  const file = formatProofFile({ index, data, path, checkpoint });
  // Checks the new proof as its reader will, so that no wrong proof is given out.
  const problem = checkProof(file, verifier).problem;
  if (problem) throw new LedgerFault(`No proof can be made of ${key}: ${problem}`);
  return file;
}

/** Finds the leaf of an entry in the batches, which are short. @throws LedgerFault when the batch that names it may be damaged */
async function leafOf(source: LedgerSource, key: string): Promise<LeafIndex | undefined> {
  let damaged: string | undefined;
  for await (const { key: at } of source.list('batches/')) {
    const [text = ''] = await source.read([at]);
    const batch = batchOf(text);
    if (batch === undefined) damaged = at;
    const place = batch === undefined ? -1 : batchEntryKeys(batch).indexOf(key);
    if (batch && place >= 0) return leafIndex(batch.from + place);
  }
  if (damaged !== undefined) throw new LedgerFault(`No readable batch names ${key}, and ${damaged} is not a batch.`);
  return undefined;
}

/** Undefined where the text is not a batch. */
function batchOf(text: string): Batch | undefined {
  try {
    return parseBatch(text);
  } catch {
    return undefined;
  }
}

/** What a proof file proves, or why it proves nothing. */
export interface CheckedProof {
  readonly problem?: string;
  readonly leaf?: number;
  readonly size?: number;
  readonly key?: string;
  readonly entry?: LedgerEntry;
}

/** Checks a proof with nothing but the file and the public key. */
export function checkProof(file: string, verifier: VerifierKey): CheckedProof {
  try {
    const { index, data, path, checkpoint } = parseProofFile(file);
    const note = parseNote(checkpoint);
    const verdict = checkNote(note, verifier);
    if (verdict === 'invalid') return { problem: 'The signature of its checkpoint doesn’t hold.' };
    if (verdict !== 'valid') return { problem: 'Its checkpoint is signed with another key than the one you trust.' };
    const tree = parseCheckpoint(note.text);
    if (tree.origin !== verifier.name) return { problem: `Its checkpoint belongs to another log, ${tree.origin}.` };
    if (!verifyInclusion(path, { index, hash: hashLeaf(data) }, tree)) {
      return { problem: `The signed tree has another entry at leaf ${index}.` };
    }
    const parsed = parseEntry(data);
    if (!parsed.ok) return { problem: `Leaf ${index} is not a ledger entry: ${parsed.reason}.` };
    const { entry } = parsed;
    return { leaf: index, size: tree.size, key: ledgerKey.entry(entry.sessionId, entry.seq), entry };
  } catch (error) {
    return { problem: `${(error as Error).message}.` };
  }
}

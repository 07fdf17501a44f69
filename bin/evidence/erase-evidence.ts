import { ERASURE_STREAM, evidenceKey, type LedgerEntry, ledgerKey, SEQ_DIGITS } from '../../runtime/core/contracts';
import { buildEntry } from '../../runtime/core/ledger/build-entry';
import { encodeEntry } from '../../runtime/core/ledger/entry';
import { inParallel } from '../../runtime/ledger/in-parallel';
import type { ListedObject } from '../../runtime/ledger/object-store';

/** Names the arguments and results to erase. */
export interface ErasedContent {
  readonly sessionId: string;
  /** @default - the whole session */
  readonly requestId?: string;
}

/** The operations of the ledger that an erasure needs. */
export interface ErasureLedger {
  create(key: string, text: string): Promise<{ readonly created: boolean }>;
  list(prefix: string): AsyncIterable<Pick<ListedObject, 'key'>>;
}

/** The operations of the evidence bucket that an erasure needs. */
export interface ErasableEvidence {
  list(prefix: string): AsyncIterable<Pick<ListedObject, 'key'>>;
  delete(key: string): Promise<void>;
}

/** Who erases, when, and the salt of the entry that records it. */
export interface ErasureAuthor {
  /** An IAM principal's ARN. */
  readonly actor: string;
  /** ISO 8601, UTC. */
  readonly at: string;
  /** 16 random bytes, hexadecimal. */
  readonly salt: string;
}

/** How many numbers of the stream are tried, because another erasure may take a number first. */
const ATTEMPTS = 20;

/** Keys of the evidence that exists, in order. */
export async function evidenceOf(
  evidence: Pick<ErasableEvidence, 'list'>,
  { sessionId, requestId }: ErasedContent,
): Promise<string[]> {
  const keys: string[] = [];
  for (const part of [evidenceKey.args, evidenceKey.result]) {
    const prefix = part(sessionId, requestId ?? '');
    for await (const { key } of evidence.list(prefix)) {
      // Another request's id may begin with this one. Keys of this request continue with a hexadecimal suffix or end.
      if (requestId === undefined || /^(?:-[0-9a-f]+)?$/.test(key.slice(prefix.length))) keys.push(key);
    }
  }
  return keys;
}

/**
 * Records an erasure, then deletes. The locked entries keep their salted hashes, so every proof stays valid.
 *
 * @returns the key of the entry that records the erasure
 * @throws Error when there is nothing to erase, or when it can't be recorded; then nothing is deleted
 */
export async function eraseEvidence(
  ledger: ErasureLedger,
  evidence: ErasableEvidence,
  content: ErasedContent,
  author: ErasureAuthor,
): Promise<string> {
  const keys = await evidenceOf(evidence, content);
  if (keys.length === 0) {
    throw new Error('There are no such arguments or results. Nothing was erased, and nothing recorded.');
  }
  const recorded = await record(ledger, { ...content, objects: keys.length }, author);
  await inParallel(keys, (key) => evidence.delete(key));
  return recorded;
}

async function record(
  ledger: ErasureLedger,
  erasure: NonNullable<LedgerEntry['erasure']>,
  { actor, at, salt }: ErasureAuthor,
): Promise<string> {
  let seq = 1;
  for await (const { key } of ledger.list(`entries/${ERASURE_STREAM}/`)) seq = Number(key.slice(-SEQ_DIGITS)) + 1;
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1, seq += 1) {
    const key = ledgerKey.entry(ERASURE_STREAM, seq);
    const text = encodeEntry(
      buildEntry({ type: 'erasure', sessionId: ERASURE_STREAM, seq, actor, at: Date.parse(at), salt, erasure }),
    );
    if ((await ledger.create(key, text)).created) return key;
  }
  throw new Error(
    'Other erasures run at the same time, so this one could not be recorded. Nothing was erased; try again.',
  );
}

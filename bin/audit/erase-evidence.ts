import { ERASURE_STREAM, evidenceKey, type LedgerEntry, ledgerKey, SEQ_DIGITS } from '../../runtime/core/contracts';
import { encodeEntry } from '../../runtime/core/ledger/entry';
import { inParallel } from '../../runtime/ledger/in-parallel';
import type { ListedObject } from '../../runtime/ledger/object-store';

/** Whose arguments and results. */
export interface ErasedContent {
  readonly sessionId: string;
  /** Absent: of the whole session. */
  readonly requestId?: string;
}

/** The ledger, as far as an erasure needs it. */
export interface ErasureLedger {
  create(key: string, text: string): Promise<{ readonly created: boolean }>;
  list(prefix: string): AsyncIterable<Pick<ListedObject, 'key'>>;
}

/** The evidence bucket, as far as an erasure needs it. */
export interface ErasableEvidence {
  list(prefix: string): AsyncIterable<Pick<ListedObject, 'key'>>;
  delete(key: string): Promise<void>;
}

/** Who erases, when, and with which salt: what an entry says of its making. */
export interface ErasureAuthor {
  /** An IAM principal's ARN. */
  readonly actor: string;
  /** ISO 8601, UTC. */
  readonly at: string;
  /** 16 random bytes, hexadecimal. */
  readonly salt: string;
}

/** Times that the next number of the stream is tried: others may erase at the same time. */
const ATTEMPTS = 20;

/** The evidence that there is, in the order of its keys. */
export async function evidenceOf(
  evidence: Pick<ErasableEvidence, 'list'>,
  { sessionId, requestId }: ErasedContent,
): Promise<string[]> {
  const keys: string[] = [];
  for (const part of [evidenceKey.args, evidenceKey.result]) {
    const prefix = part(sessionId, requestId ?? '');
    for await (const { key } of evidence.list(prefix)) {
      // A request's id may begin another's; what is of this one goes on with the number of an entry, or at random.
      if (requestId === undefined || /^(?:-[0-9a-f]+)?$/.test(key.slice(prefix.length))) keys.push(key);
    }
  }
  return keys;
}

/**
 * Records an erasure and then deletes. The locked entries keep their salted hashes, so every proof still holds.
 *
 * @returns the key of the entry that says so
 * @throws Error when nothing is there to erase, or when it can't be recorded; nothing is deleted then
 */
export async function eraseEvidence(
  ledger: ErasureLedger,
  evidence: ErasableEvidence,
  content: ErasedContent,
  author: ErasureAuthor,
): Promise<string> {
  const keys = await evidenceOf(evidence, content);
  if (keys.length === 0) {
    throw new Error('No arguments or results of that lie there. Nothing was erased, and nothing recorded.');
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
    const text = encodeEntry({
      v: 1,
      seq,
      at,
      sessionId: ERASURE_STREAM,
      type: 'erasure',
      actor,
      argsHash: '',
      argsRef: '',
      salt,
      policyVersion: '',
      erasure,
    });
    if ((await ledger.create(key, text)).created) return key;
  }
  throw new Error(
    'Others erase at the same time, and this erasure could not be recorded. Nothing was erased; try again.',
  );
}

import type { S3Client } from '@aws-sdk/client-s3';
import { type LedgerEntry, ledgerKey } from '../core/contracts';
import { encodeEntry, parseEntry } from '../core/ledger/entry';
import { s3 } from './clients';
import { createObject, readObject } from './s3-object-store';

/** Another entry has this sequence number. Take the next one and append again. */
export class LedgerConflictError extends Error {
  readonly code = 'LEDGER_CONFLICT';

  constructor(readonly key: string) {
    super(`${key} is taken by another entry; take the next sequence number and append again`);
    this.name = 'LedgerConflictError';
  }
}

/** How many sequence numbers {@link LedgerWriter.appendNext} tries before it gives up. */
const SEQUENCE_ATTEMPTS = 5;

export interface AppendOptions {
  /** A number of the stream that was taken before. It is tried first. @default none */
  readonly first?: number;
  /** How often a write is tried that fails for another reason than a conflict. @default 1 */
  readonly attempts?: number;
}

/** Writes ledger entries. An entry is written once and never changes. */
export class LedgerWriter {
  constructor(
    private readonly bucketName: string,
    private readonly client: S3Client = s3(),
  ) {}

  /**
   * Stores an entry under its stream and sequence number and returns the key. Appending the same entry again succeeds,
   * so a retry after a lost reply is harmless.
   *
   * @throws LedgerConflictError if a different entry has that number, such as a `void` of the sealer
   */
  async append(entry: LedgerEntry): Promise<string> {
    const key = ledgerKey.entry(entry.sessionId, entry.seq);
    const text = encodeEntry(entry);
    const stored = await createObject(this.client, this.bucketName, key, text);
    if (stored.text !== text) throw new LedgerConflictError(key);
    return key;
  }

  /**
   * Appends with the next free sequence number and returns the key. If another entry has the number, the next one is
   * tried, so no entry is lost.
   *
   * @param takeSeq gives out a number of the stream, a new one at each call
   * @param make makes the entry for a number; equal numbers must make equal entries
   * @throws the last error if every attempt failed
   */
  async appendNext(
    takeSeq: () => Promise<number>,
    make: (seq: number) => LedgerEntry,
    { first, attempts = 1 }: AppendOptions = {},
  ): Promise<string> {
    let seq = first;
    for (let conflicts = 0, failures = 0; ; ) {
      try {
        seq ??= await takeSeq();
        return await this.append(make(seq));
      } catch (error) {
        if (error instanceof LedgerConflictError) {
          seq = undefined;
          conflicts += 1;
        } else {
          failures += 1;
        }
        if (conflicts === SEQUENCE_ATTEMPTS || failures === attempts) throw error;
      }
    }
  }

  /** Reads an entry back. @throws Error if there is none, or the object is not an entry */
  async read(key: string): Promise<LedgerEntry> {
    const parsed = parseEntry(await readObject(this.client, this.bucketName, key));
    if (!parsed.ok) throw new Error(`${key} holds no ledger entry: ${parsed.reason}`);
    return parsed.entry;
  }
}

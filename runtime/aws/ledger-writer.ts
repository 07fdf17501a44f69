import type { S3Client } from '@aws-sdk/client-s3';
import { type LedgerEntry, ledgerKey } from '../core/contracts';
import { encodeEntry, parseEntry } from '../core/ledger/entry';
import { s3 } from './clients';
import { createObject, readObject } from './s3-object-store';

/** Another entry holds this sequence number already: take the next one and append again. */
export class LedgerConflictError extends Error {
  readonly code = 'LEDGER_CONFLICT';

  constructor(readonly key: string) {
    super(`${key} is taken by another entry; take the next sequence number and append again`);
    this.name = 'LedgerConflictError';
  }
}

/** Times that {@link LedgerWriter.appendNext} takes a further sequence number before it gives up. */
const SEQUENCE_ATTEMPTS = 5;

/** Writes ledger entries, each once and for good. */
export class LedgerWriter {
  constructor(
    private readonly bucketName: string,
    private readonly client: S3Client = s3(),
  ) {}

  /**
   * Stores an entry under its stream and sequence number and returns the key. Appending the same entry again succeeds,
   * so a retry after a lost reply is harmless.
   *
   * @throws LedgerConflictError when a different entry holds that number, a `void` of the sealer for one
   */
  async append(entry: LedgerEntry): Promise<string> {
    const key = ledgerKey.entry(entry.sessionId, entry.seq);
    const text = encodeEntry(entry);
    const stored = await createObject(this.client, this.bucketName, key, text);
    if (stored.text !== text) throw new LedgerConflictError(key);
    return key;
  }

  /**
   * Appends with the next free sequence number: whoever loses a number takes another, so that no entry is lost.
   *
   * @param takeSeq gives out a number of the stream, a new one at each call
   * @param make makes the entry for a number
   */
  async appendNext(takeSeq: () => Promise<number>, make: (seq: number) => LedgerEntry): Promise<string> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.append(make(await takeSeq()));
      } catch (error) {
        if (!(error instanceof LedgerConflictError) || attempt === SEQUENCE_ATTEMPTS) throw error;
      }
    }
  }

  /** Reads an entry back. @throws Error when there is none, or it isn't an entry */
  async read(key: string): Promise<LedgerEntry> {
    const parsed = parseEntry(await readObject(this.client, this.bucketName, key));
    if (!parsed.ok) throw new Error(`${key} holds no ledger entry: ${parsed.reason}`);
    return parsed.entry;
  }
}

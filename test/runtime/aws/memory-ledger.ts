import type { S3Client } from '@aws-sdk/client-s3';
import { LedgerConflictError, LedgerWriter } from '../../../runtime/aws/ledger-writer';
import { type LedgerEntry, ledgerKey } from '../../../runtime/core/contracts';

/** The real writer with its retries, over entries in memory. */
export class MemoryLedger extends LedgerWriter {
  /**
   * @param around runs each read and write; `repeatable` where the SDK may send it again
   */
  constructor(
    private readonly entries: Map<string, LedgerEntry>,
    private readonly around: <Result>(work: () => Promise<Result>, repeatable?: boolean) => Promise<Result> = (work) =>
      work(),
  ) {
    super('memory', {} as S3Client);
  }

  override append(entry: LedgerEntry): Promise<string> {
    return this.around(async () => {
      const key = ledgerKey.entry(entry.sessionId, entry.seq);
      const there = this.entries.get(key);
      if (there && JSON.stringify(there) !== JSON.stringify(entry)) throw new LedgerConflictError(key);
      this.entries.set(key, entry);
      return key;
    }, true);
  }

  override read(key: string): Promise<LedgerEntry> {
    return this.around(async () => {
      const entry = this.entries.get(key);
      if (!entry) throw new Error('NoSuchKey');
      return entry;
    });
  }
}

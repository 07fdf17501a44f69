import type { AuditFindings } from './audit-finding';
import type { KeyHistory, LedgerSource } from './ledger-source';

/** Keys of the locked bucket that were deleted or written again. */
export class ObjectHistory {
  private readonly changes = new Map<string, KeyHistory['what']>();

  /** Reads the history of the bucket, and reports each change: the design writes every key exactly once. */
  async read(source: LedgerSource, findings: AuditFindings): Promise<void> {
    if (!source.history) return;
    for await (const { key, what } of source.history()) {
      this.changes.set(key, what);
      findings.add({
        code: what,
        where: key,
        message:
          what === 'DELETE_MARKER'
            ? 'A delete marker hides this object. Its locked version still exists.'
            : 'This key is create-only but has more than one version. The first version still exists.',
      });
    }
  }

  /** What happened to a key; undefined where nothing is known. */
  of(key: string): KeyHistory['what'] | undefined {
    return this.changes.get(key);
  }
}

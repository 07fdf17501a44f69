import type { AuditFindings } from './audit-finding';
import type { CopyOddity, KeyHistory, LedgerSource } from './ledger-source';

/** What happened to a key, where that explains why its object is missing or differs. */
type KeyEvent = KeyHistory['what'] | Exclude<CopyOddity['what'], 'STRAY_FILE'>;

/** Stray files that are named. Further ones are only counted. */
const MAX_NAMED = 100;

/** Keys of the locked bucket that were deleted or written again, or that a copy doesn't have as a file. */
export class ObjectHistory {
  private readonly events = new Map<string, KeyEvent>();
  /** Names of files in a copy that are no objects of the ledger, and the number of those that are not named. */
  readonly strayFiles = { names: [] as string[], further: 0 };

  /** Reads the history of the bucket and the oddities of a copy, and reports each change and each missing file. */
  async read(source: LedgerSource, findings: AuditFindings): Promise<void> {
    // The design writes every key exactly once.
    for await (const { key, what } of source.history?.() ?? []) {
      this.add(findings, key, what, MESSAGES[what]);
    }
    for await (const { key, what, message } of source.oddities?.() ?? []) {
      if (what === 'STRAY_FILE') this.addStrayFile(key);
      else this.add(findings, key, what, message);
    }
  }

  /** What happened to a key; undefined where nothing is known. */
  of(key: string): KeyEvent | undefined {
    return this.events.get(key);
  }

  private add(findings: AuditFindings, key: string, what: KeyEvent, message: string): void {
    this.events.set(key, what);
    findings.add({ code: what, where: key, message });
  }

  private addStrayFile(name: string): void {
    if (this.strayFiles.names.length < MAX_NAMED) this.strayFiles.names.push(name);
    else this.strayFiles.further += 1;
  }
}

const MESSAGES: Readonly<Record<KeyHistory['what'], string>> = {
  DELETE_MARKER: 'A delete marker hides this object. Its locked version still exists.',
  VERSION_OVERWRITTEN: 'This key is create-only but has more than one version. The first version still exists.',
};

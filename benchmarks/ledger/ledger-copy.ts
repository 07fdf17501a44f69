import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { withEntryWorkers } from '../../bin/ledger/entry-workers';
import { FolderStore } from '../../bin/ledger/folder-store';
import { StoredLedger } from '../../bin/ledger/stored-ledger';
import type { LedgerSource } from '../../runtime/core/audit/ledger-source';

/** A ledger as files, in the layout of `audit download`. */
export class LedgerCopy {
  private readonly folders = new Set<string>();

  /** @param writtenAt epoch milliseconds that each file says it was written at; absent: now */
  constructor(
    private readonly root = mkdtempSync(path.join(tmpdir(), 'bench-copy-')),
    private readonly writtenAt?: number,
  ) {}

  write(key: string, text: string): void {
    const file = path.join(this.root, key);
    const folder = path.dirname(file);
    if (!this.folders.has(folder)) mkdirSync(folder, { recursive: true });
    this.folders.add(folder);
    writeFileSync(file, text);
    if (this.writtenAt !== undefined) utimesSync(file, this.writtenAt / 1000, this.writtenAt / 1000);
  }

  /** Seconds of wall-clock time to read the ledger with this many threads. With one, there are no workers. */
  async secondsWith(threads: number, verify: (source: LedgerSource) => Promise<unknown>): Promise<number> {
    const ledger = new FolderStore(this.root);
    const started = performance.now();
    await withEntryWorkers(this.root, threads, (entries) => verify(new StoredLedger({ ledger, entries })));
    return (performance.now() - started) / 1000;
  }

  remove(): void {
    rmSync(this.root, { recursive: true });
  }
}

import { availableParallelism } from 'node:os';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { LedgerSource } from '../../runtime/core/audit/ledger-source';
import { AUDIT_DEFAULTS, verifyLedger } from '../../runtime/core/audit/verify-ledger';
import { MAX_BATCH_LEAVES } from '../../runtime/core/ledger/batch';
import type { VerifierKey } from '../../runtime/core/merkle/note';
import { LedgerCopy } from './ledger-copy';
import { START } from './made-up-entries';
import { cpuSecondsSince, TIMES } from './processor-time';
import type { SealedFile } from './sealed-file';

/** Verifies a whole ledger, from the stored bytes to the report. */
async function verifyWhole(source: LedgerSource, size: number, key: VerifierKey, root?: string): Promise<void> {
  const report = await verifyLedger(source, { ...AUDIT_DEFAULTS, key, now: START + size, sealWithinMs: 1e12 });
  if (report.findings.length > 0 || report.size !== size || (root !== undefined && report.root !== root)) {
    throw new Error(`The benchmark's own ledger doesn't verify: ${JSON.stringify(report.findings[0])}`);
  }
}

/** Seconds of processor time, the best of several runs. */
export async function timeVerification(source: SealedFile, key: VerifierKey, root?: string): Promise<number> {
  let best = Number.POSITIVE_INFINITY;
  for (let time = 0; time < TIMES; time += 1) {
    const started = process.cpuUsage();
    await verifyWhole(source, source.size, key, root);
    best = Math.min(best, cpuSecondsSince(started));
  }
  return best;
}

/** Seconds of wall-clock time for a copy in files: in the main thread alone, and with a worker for each core. */
export async function timeThreads(source: SealedFile, key: VerifierKey): Promise<{ alone: number; shared: number }> {
  const copy = new LedgerCopy();
  try {
    source.copyTo(copy);
    const alone: number[] = [];
    const shared: number[] = [];
    // In turn, so that other work on the machine affects both. The first reading fills the page cache and doesn't count.
    for (let time = 0; time < TIMES + 1; time += 1) {
      const verify = (of: LedgerSource) => verifyWhole(of, source.size, key);
      alone.push(await copy.secondsWith(1, verify));
      shared.push(await copy.secondsWith(availableParallelism(), verify));
    }
    return { alone: Math.min(...alone.slice(1)), shared: Math.min(...shared.slice(1)) };
  } finally {
    copy.remove();
  }
}

/** MiB of live memory that verification adds at most, measured after a garbage collection a dozen times on the way. */
export async function memoryAdded(source: SealedFile, key: VerifierKey): Promise<number> {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const used = () => {
    // Memory outside the heap is freed only by the collection after the one that finds it unused.
    collect();
    collect();
    const { heapUsed, external } = process.memoryUsage();
    return (heapUsed + external) / 2 ** 20;
  };
  const before = used();
  let most = before;
  let batch = 0;
  const every = Math.max(1, Math.floor(source.size / MAX_BATCH_LEAVES / 12));
  source.onBatch = () => {
    batch += 1;
    if (batch % every === 0) most = Math.max(most, used());
  };
  await verifyWhole(source, source.size, key);
  source.onBatch = () => {};
  return most - before;
}

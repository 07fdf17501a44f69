import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseVerifiedPart, type VerifiedPart } from '../../../runtime/core/audit/verified-part';
import { AUDIT_DEFAULTS, verifyLedger } from '../../../runtime/core/audit/verify-ledger';
import { reportLines } from '../../audit/report-lines';
import { defineCommand } from '../../command-line/define-command';
import { flag, numberOr, optionalNumber, text, texts } from '../../command-line/option';
import { UsageError } from '../../command-line/usage-error';
import { suitableThreads, withEntryWorkers } from '../../ledger/entry-workers';
import { KEY_OPTION, LEDGER_OPTIONS, openLedger } from '../../ledger/ledger-options';
import { type LedgerStores, StoredLedger } from '../../ledger/stored-ledger';
import { readGiven } from './read-given';

export const verify = defineCommand({
  description: `Verifies with the public key alone that the ledger is whole: nothing altered, removed, reordered or signed
with another key. With --dir it needs no network.`,
  options: {
    key: KEY_OPTION,
    ...LEDGER_OPTIONS,
    kept: texts('FILE', 'a checkpoint that you kept from an earlier audit; may be given several times'),
    state: text('FILE', 'continue from this state of the last verification; it is updated when no fault is found'),
    threads: optionalNumber('N', 'threads that read a copy, by default one per core, and 1 below 100,000 entries', {
      whole: true,
      from: 1,
      to: 64,
    }),
    mergeDelay: numberOr('300', 'SECONDS', 'the merge delay that the ledger was deployed with'),
    heartbeat: numberOr('3600', 'SECONDS', 'the heartbeat that the ledger was deployed with'),
    json: flag('print the report as JSON'),
  },
  examples: [
    'hardened-agent audit verify --dir copy --key ledger.key',
    'hardened-agent audit verify --dir copy --key ledger.key --kept old/publication/checkpoint',
    'hardened-agent audit verify --dir copy --key ledger.key --state ledger.state',
  ],
  exitCodes: { 0: 'the ledger is whole', 1: 'it has a fault, or could not be read' },
  permissions: ['s3:ListBucket', 's3:ListBucketVersions', 's3:GetObject'],
  run: async ({ options: { key, kept, state, threads, mergeDelay, heartbeat, json, ...places }, io }) => {
    const { stores, now } = openLedger(places);
    const options = {
      ...AUDIT_DEFAULTS,
      key,
      now,
      // A gap is sealed after one and a half merge delays. The rest is room for the run that seals it.
      sealWithinMs: 3 * mergeDelay * 1000,
      heartbeatMs: heartbeat * 1000,
      kept: kept.map((file) => readGiven(file, '--kept')),
      verified: readState(state),
    };
    io.doing('verifying the ledger');
    const { verified, ...report } = await withThreads(places.dir, threads, (entries) =>
      verifyLedger(new StoredLedger({ ...stores, entries }), options),
    );
    if (state !== undefined && verified) writeState(state, verified);
    if (json) io.json(report);
    else for (const line of reportLines(report)) io.out(line);
    if (state !== undefined && !verified) io.err(`${state} was not written, because the verification found a fault.`);
    return report.findings.length === 0 ? 0 : 1;
  },
});

/** Runs an audit with the threads that were asked for, or with the number that suits the copy. */
async function withThreads<Result>(
  dir: string | undefined,
  threads: number | undefined,
  run: (entries: LedgerStores['entries']) => Promise<Result>,
): Promise<Result> {
  if (dir === undefined) {
    if (threads !== undefined) {
      throw new UsageError('--threads works with --dir only: reading a bucket is slower than one thread.');
    }
    return run(undefined);
  }
  const root = path.join(dir, 'ledger');
  return withEntryWorkers(root, threads ?? suitableThreads(root), run);
}

function readState(file: string | undefined): VerifiedPart | undefined {
  if (file === undefined || !existsSync(file)) return undefined;
  try {
    return parseVerifiedPart(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new Error(`${file}: ${(error as Error).message}. Delete it to verify the whole ledger.`);
  }
}

/** Replaces the file in one step, so that a crash never leaves half of it. */
function writeState(file: string, verified: VerifiedPart): void {
  writeFileSync(`${file}.new`, `${JSON.stringify(verified)}\n`);
  renameSync(`${file}.new`, file);
}

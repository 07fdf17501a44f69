import { existsSync, renameSync } from 'node:fs';
import path from 'node:path';
import { END_OF_LOG } from '../../../runtime/core/audit/sealing-times';
import { parseVerifiedPart, type VerifiedPart } from '../../../runtime/core/audit/verified-part';
import { AUDIT_DEFAULTS, type AuditReport, verifyLedger } from '../../../runtime/core/audit/verify-ledger';
import { reportLines } from '../../audit/report-lines';
import { commandHint } from '../../command-line/command-hint';
import { defineCommand } from '../../command-line/define-command';
import { expectFolderOf, readGivenFile, writeGivenFile } from '../../command-line/given-file';
import { flag, numberOr, optionalNumber, optionalTime, text, texts } from '../../command-line/option';
import { UsageError } from '../../command-line/usage-error';
import { suitableThreads, withEntryWorkers } from '../../ledger/entry-workers';
import { KEY_OPTION, LEDGER_OPTIONS, openLedger } from '../../ledger/ledger-options';
import { type LedgerStores, StoredLedger } from '../../ledger/stored-ledger';

export const verify = defineCommand({
  description: `Verifies with the public key alone that the ledger is whole: nothing altered, removed, reordered or signed
with another key. With --dir it needs no network. A last seal that is older than two
heartbeats is a fault, also in a copy: give --at to judge an older copy by its time.`,
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
    at: optionalTime(
      'the time by which the age of the last seal is judged, by default now; for an older copy, when it was made',
    ),
    heartbeat: numberOr('3600', 'SECONDS', 'the heartbeat that the ledger was deployed with'),
    json: flag('print the report as JSON'),
  },
  examples: [
    'hardened-agent audit verify --dir copy --key ledger.key',
    'hardened-agent audit verify --dir copy --key ledger.key --kept old/publication/checkpoint',
    'hardened-agent audit verify --dir copy --key ledger.key --state ledger.state',
    'hardened-agent audit verify --dir copy-of-march --key ledger.key --at 2026-03-31T18:00Z',
  ],
  exitCodes: { 0: 'the ledger is whole', 1: 'it has a fault, or could not be read' },
  permissions: ['s3:ListBucket', 's3:ListBucketVersions', 's3:GetObject'],
  run: async ({ options: { key, kept, state, threads, mergeDelay, heartbeat, at, json, ...places }, io }) => {
    const { stores, copiedAt } = openLedger(places);
    const now = at ?? Date.now();
    const options = {
      ...AUDIT_DEFAULTS,
      key,
      now,
      readAt: copiedAt ?? now,
      // A gap is sealed after one and a half merge delays. The rest is room for the run that seals it.
      sealWithinMs: 3 * mergeDelay * 1000,
      heartbeatMs: heartbeat * 1000,
      kept: kept.map((file) => readGivenFile(file, '--kept')),
      verified: readState(state),
    };
    io.doing('verifying the ledger');
    const { verified, ...report } = await withThreads(places.dir, threads, (entries) =>
      verifyLedger(new StoredLedger({ ...stores, entries }), options),
    );
    if (state !== undefined && verified) writeState(state, verified);
    if (json) io.json(report);
    else for (const line of [...reportLines(report), ...oldCopyAdvice(report, places.dir, copiedAt)]) io.out(line);
    if (state !== undefined && !verified) io.err(`${state} was not written, because the verification found a fault.`);
    return report.findings.length === 0 ? 0 : 1;
  },
});

/** How to judge an old copy by its own time. It is not done by itself, because a copy that was cut off looks the same. */
function oldCopyAdvice({ findings }: Pick<AuditReport, 'findings'>, dir?: string, copiedAt?: number): string[] {
  if (dir === undefined || copiedAt === undefined) return [];
  if (!findings.some(({ where }) => where === END_OF_LOG)) return [];
  const at = new Date(copiedAt).toISOString();
  return [
    `The copy says that it was made at ${at}, and nothing proves it. If you know it: ${commandHint('audit', 'verify', '--dir', dir, '--key', 'KEY', '--at', at)}`,
  ];
}

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
  if (file === undefined) return undefined;
  // Found now, not after the verification, which may take minutes.
  expectFolderOf(file, '--state');
  if (!existsSync(file)) return undefined;
  const text = readGivenFile(file, '--state');
  try {
    return parseVerifiedPart(text);
  } catch (error) {
    throw new Error(`--state ${file}: ${(error as Error).message}. Delete it to verify the whole ledger.`);
  }
}

/** Replaces the file in one step, so that a crash never leaves half of it. */
function writeState(file: string, verified: VerifiedPart): void {
  writeGivenFile(`${file}.new`, `${JSON.stringify(verified)}\n`, '--state');
  renameSync(`${file}.new`, file);
}

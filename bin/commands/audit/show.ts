import type { LedgerEntry } from '../../../runtime/core/contracts';
import { parseEntry } from '../../../runtime/core/ledger/entry';
import { missingEntries } from '../../audit/missing-entries';
import { timelineOf } from '../../audit/session-timeline';
import { defineCommand } from '../../command-line/define-command';
import { flag } from '../../command-line/option';
import { UsageError } from '../../command-line/usage-error';
import { erasuresOf } from '../../evidence/erasures';
import { readContents } from '../../evidence/evidence-content';
import { BucketStore } from '../../ledger/bucket-store';
import { LedgerFault, withVerifyAdvice } from '../../ledger/ledger-fault';
import { EVIDENCE_BUCKET, LEDGER_OPTIONS, openLedger, SESSION_OPTION } from '../../ledger/ledger-options';
import type { ReadableStore } from '../../ledger/stored-ledger';

export const show = defineCommand({
  description: `Prints what a session did, one line per entry: the call, the decision and which layer took it, the policy or
person behind it, the credential and the outcome. It names entries that a delete marker hides.`,
  options: {
    session: SESSION_OPTION,
    ...LEDGER_OPTIONS,
    content: flag('print arguments and results too, from the evidence bucket'),
    evidenceBucket: EVIDENCE_BUCKET,
    json: flag('print the entries as JSON'),
  },
  examples: [
    'hardened-agent audit show --session s-0123 --dir copy',
    'hardened-agent audit show --session s-0123 --ledger-bucket my-ledger --content --evidence-bucket my-evidence',
    'hardened-agent audit show --session platform --dir copy',
  ],
  exitCodes: {
    0: 'the session was printed',
    1: 'it has no entry, entries are hidden or damaged, or it could not be read',
  },
  permissions: ['s3:ListBucket', 's3:ListBucketVersions', 's3:GetObject'],
  run: async ({ options: { session, content, evidenceBucket, json, ...places }, io }) => {
    if (content && !evidenceBucket) throw new UsageError('--content needs --evidence-bucket.');
    const { stores, copiedAt } = openLedger(places);
    const { ledger } = stores;
    const { entries, keys, damaged } = await readEntries(ledger, session);
    const erasures = await erasuresOf(ledger, session);
    const contents =
      content && evidenceBucket ? await readContents(entries, erasures, new BucketStore(evidenceBucket)) : new Map();
    if (json) io.json([...entries, ...erasures]);
    else for (const line of timelineOf(entries, (entry) => contents.get(entry) ?? {}, erasures)) io.out(line);
    const { missing, unknown } = await missingEntries(stores, `entries/${session}/`, keys);
    // JSON is the list of entries alone.
    const remarks = copiedAt === undefined ? unknown : [...unknown, copyRemark(copiedAt)];
    for (const line of [...missing, ...remarks]) json ? io.err(line) : io.out(line);
    if (missing.length + damaged.length > 0) await withVerifyAdvice(places, () => fault([...damaged, ...missing]));
    return entries.length > 0 ? 0 : 1;
  },
});

/** A copy knows the delete markers that the download saw. */
function copyRemark(copiedAt: number): string {
  return `A copy doesn’t show entries that were hidden after it was made (${new Date(copiedAt).toISOString()}).`;
}

interface SessionEntries {
  readonly entries: readonly LedgerEntry[];
  /** Keys of all objects of the session, also of damaged ones. */
  readonly keys: ReadonlySet<string>;
  /** Which objects are no entries, and why. */
  readonly damaged: readonly string[];
}

/** One damaged entry doesn't keep the others from being shown. */
async function readEntries(ledger: ReadableStore, session: string): Promise<SessionEntries> {
  const entries: LedgerEntry[] = [];
  const keys = new Set<string>();
  const damaged: string[] = [];
  for await (const { key } of ledger.list(`entries/${session}/`)) {
    keys.add(key);
    const parsed = parseEntry((await ledger.get(key)) ?? '');
    if (parsed.ok) entries.push(parsed.entry);
    else damaged.push(`${key} is not a ledger entry: ${parsed.reason}.`);
  }
  return { entries, keys, damaged };
}

async function fault([first = '', ...others]: readonly string[]): Promise<never> {
  throw new LedgerFault(others.length === 0 ? first : `${first} There are ${others.length} more faults like this.`);
}

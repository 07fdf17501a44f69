import { S3ObjectStore } from '../../../runtime/aws/s3-object-store';
import type { LedgerEntry } from '../../../runtime/core/contracts';
import { parseEntry } from '../../../runtime/core/ledger/entry';
import { timelineOf } from '../../audit/session-timeline';
import { defineCommand } from '../../command-line/define-command';
import { flag } from '../../command-line/option';
import { UsageError } from '../../command-line/usage-error';
import { erasuresOf } from '../../evidence/erasures';
import { readContents } from '../../evidence/evidence-content';
import { LedgerFault, withVerifyAdvice } from '../../ledger/ledger-fault';
import { EVIDENCE_BUCKET, LEDGER_OPTIONS, openLedger, SESSION_OPTION } from '../../ledger/ledger-options';
import type { ReadableStore } from '../../ledger/stored-ledger';

export const show = defineCommand({
  description: `Prints what a session did, one line per entry: the call, the decision and which layer took it, the policy or
person behind it, the credential and the outcome.`,
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
  exitCodes: { 0: 'the session was printed', 1: 'it has no entry, or could not be read' },
  permissions: ['s3:ListBucket', 's3:GetObject'],
  run: async ({ options: { session, content, evidenceBucket, json, ...places }, io }) => {
    if (content && !evidenceBucket) throw new UsageError('--content needs --evidence-bucket.');
    const { ledger } = openLedger(places).stores;
    const entries = await withVerifyAdvice(places, () => readEntries(ledger, session));
    const erasures = await erasuresOf(ledger, session);
    const contents =
      content && evidenceBucket ? await readContents(entries, erasures, new S3ObjectStore(evidenceBucket)) : new Map();
    if (json) io.json([...entries, ...erasures]);
    else for (const line of timelineOf(entries, (entry) => contents.get(entry) ?? {}, erasures)) io.out(line);
    return entries.length > 0 ? 0 : 1;
  },
});

async function readEntries(ledger: ReadableStore, session: string): Promise<LedgerEntry[]> {
  const entries: LedgerEntry[] = [];
  for await (const { key } of ledger.list(`entries/${session}/`)) {
    const parsed = parseEntry((await ledger.get(key)) ?? '');
    if (!parsed.ok) throw new LedgerFault(`${key} is not a ledger entry: ${parsed.reason}.`);
    entries.push(parsed.entry);
  }
  return entries;
}

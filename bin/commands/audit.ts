import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { GetPublicKeyCommand } from '@aws-sdk/client-kms';
import { kms, s3 } from '../../runtime/aws/clients';
import { S3ObjectStore } from '../../runtime/aws/s3-object-store';
import type { LedgerEntry } from '../../runtime/core/contracts';
import { parseEntry } from '../../runtime/core/ledger/entry';
import {
  formatVerifierKey,
  parseVerifierKey,
  type VerifierKey,
  verifierKeyFromSpki,
} from '../../runtime/core/merkle/note';
import type { ObjectStore } from '../../runtime/ledger/object-store';
import { type LedgerSources, type LedgerVerdict, verifyLedger } from '../../runtime/ledger/verify-ledger';
import { COPY_FILE, type CopyFacts, changedVersions, downloadLedger } from '../audit/download-ledger';
import { FolderStore } from '../audit/folder-store';
import { type EntryContent, timelineOf } from '../audit/session-timeline';
import type { CommandIo } from '../command-io';

const USAGE = [
  'Usage: hardened-agent audit key --signing-key ARN --origin NAME   prints the public half, to be kept elsewhere',
  '       hardened-agent audit download --dir DIR                     copies the ledger',
  '       hardened-agent audit verify [--dir DIR] --key KEY           says whether it is whole, offline with --dir',
  '       hardened-agent audit show --session ID [--dir DIR] [--content]   tells what a session did',
  '',
  '  --dir DIR                 a downloaded copy; without it, the buckets are read',
  '  --key KEY                 the public key, or a file that holds it (or HARDENED_AGENT_LEDGER_KEY)',
  '  --ledger-bucket NAME      (or HARDENED_AGENT_LEDGER_BUCKET)',
  '  --publication-bucket NAME (or HARDENED_AGENT_PUBLICATION_BUCKET)',
  '  --witness-bucket NAME     (or HARDENED_AGENT_WITNESS_BUCKET)',
  '  --evidence-bucket NAME    (or HARDENED_AGENT_EVIDENCE_BUCKET), for --content',
  '  --merge-delay SECONDS     what the ledger was deployed with; default 300',
  '  --heartbeat SECONDS       what the ledger was deployed with; default 3600',
  '  --json                    machine-readable',
];

const OPTIONS = {
  dir: { type: 'string' },
  key: { type: 'string' },
  'signing-key': { type: 'string' },
  origin: { type: 'string' },
  session: { type: 'string' },
  content: { type: 'boolean' },
  json: { type: 'boolean' },
  'ledger-bucket': { type: 'string' },
  'publication-bucket': { type: 'string' },
  'witness-bucket': { type: 'string' },
  'evidence-bucket': { type: 'string' },
  'merge-delay': { type: 'string', default: '300' },
  heartbeat: { type: 'string', default: '3600' },
} as const;

const SESSION_ID = /^[A-Za-z0-9][A-Za-z0-9_-]{0,127}$/;

type Values = ReturnType<typeof parse>['values'];

/** Wrong usage, told with the usage. */
class Misused extends Error {}

/** Reads the ledger. Exit code 0: whole; 1: a fault, or it can't be read; 2: wrong usage. */
export async function audit(args: string[], io: CommandIo): Promise<number> {
  try {
    const { values, positionals } = parse(args);
    const [action, ...rest] = positionals;
    if (rest.length > 0) throw new Misused(`What is "${rest[0]}"?`);
    switch (action) {
      case 'key':
        return await printKey(values, io);
      case 'download':
        return await download(values, io);
      case 'verify':
        return await verify(values, io);
      case 'show':
        return await show(values, io);
      default:
        throw new Misused(action ? `There is no action "${action}".` : 'Say what to do.');
    }
  } catch (error) {
    io.err((error as Error).message);
    if (!(error instanceof Misused)) return 1;
    for (const line of USAGE) io.err(line);
    return 2;
  }
}

function parse(args: string[]) {
  try {
    return parseArgs({ args, options: OPTIONS, allowPositionals: true });
  } catch (error) {
    throw new Misused((error as Error).message);
  }
}

async function printKey(values: Values, io: CommandIo): Promise<number> {
  const { 'signing-key': KeyId, origin } = values;
  if (!KeyId || !origin) throw new Misused('Give --signing-key and --origin, which are outputs of the stack.');
  const { PublicKey } = await kms().send(new GetPublicKeyCommand({ KeyId }));
  io.out(formatVerifierKey(verifierKeyFromSpki(origin, PublicKey ?? new Uint8Array())));
  return 0;
}

async function download(values: Values, io: CommandIo): Promise<number> {
  if (!values.dir) throw new Misused('Give the folder to copy to with --dir.');
  const bucket = ledgerBucket(values, io);
  const store = (name: 'publication-bucket' | 'witness-bucket') => {
    const found = optionOrVariable(values, io, name);
    return found === undefined ? undefined : new S3ObjectStore(found);
  };
  const count = await downloadLedger(
    {
      ledger: new S3ObjectStore(bucket),
      publication: store('publication-bucket'),
      witness: store('witness-bucket'),
    },
    changedVersions(s3(), bucket),
    values.dir,
    Date.now(),
  );
  io.out(`Copied ${count} objects to ${values.dir}.`);
  return 0;
}

async function verify(values: Values, io: CommandIo): Promise<number> {
  const { sources, now } = sourcesOf(values, io);
  const verdict = await verifyLedger(sources, {
    key: verifierKeyOf(values, io),
    now,
    mergeDelayMs: seconds(values['merge-delay'], '--merge-delay') * 1000,
    heartbeatMs: seconds(values.heartbeat, '--heartbeat') * 1000,
  });
  if (values.json) io.out(JSON.stringify(verdict, null, 2));
  else for (const line of verdictLines(verdict, sources)) io.out(line);
  return verdict.faults.length === 0 ? 0 : 1;
}

/** A verdict in plain sentences. */
export function verdictLines(verdict: LedgerVerdict, sources: Pick<LedgerSources, 'witness' | 'versions'>): string[] {
  const { faults, entries, voids, pending, checkpoints, root } = verdict;
  const tree = `${entries} sealed entries (${voids} void, ${pending} not sealed yet), ${checkpoints} signed ${checkpoints === 1 ? 'checkpoint' : 'checkpoints'}`;
  const unseen = [
    ...(sources.witness
      ? []
      : ['No witness was given: an end that was cut off together with its checkpoints would not show.']),
    ...(sources.versions ? [] : ['Versions were not read: overwritten objects would not show.']),
  ];
  if (faults.length === 0) return [`The ledger is whole: ${tree}.`, `Root ${root}`, ...unseen];
  return [
    `The ledger is NOT whole: ${faults.length} ${faults.length === 1 ? 'fault' : 'faults'} in ${tree}.`,
    ...faults.flatMap(({ code, place, message }) => [`  ${code}  ${place}`, `      ${message}`]),
    ...unseen,
  ];
}

async function show(values: Values, io: CommandIo): Promise<number> {
  const { session } = values;
  if (!session || !SESSION_ID.test(session)) throw new Misused('Give the id of a session with --session.');
  const { sources } = sourcesOf(values, io);
  const entries: LedgerEntry[] = [];
  for await (const { key } of sources.ledger.list(`entries/${session}/`)) {
    const parsed = parseEntry((await sources.ledger.get(key)) ?? '');
    if (!parsed.ok) throw new Error(`${key} is no entry: ${parsed.reason}. Run "audit verify".`);
    entries.push(parsed.entry);
  }
  const contents = values.content ? await readContents(entries, evidenceStore(values, io)) : new Map();
  if (values.json) io.out(JSON.stringify(entries, null, 2));
  else for (const line of timelineOf(entries, (entry) => contents.get(entry) ?? {})) io.out(line);
  return entries.length > 0 ? 0 : 1;
}

async function readContents(
  entries: readonly LedgerEntry[],
  evidence: Pick<ObjectStore, 'get'>,
): Promise<Map<LedgerEntry, EntryContent>> {
  const contents = new Map<LedgerEntry, EntryContent>();
  for (const entry of entries) {
    const args = entry.argsRef ? await evidence.get(entry.argsRef) : undefined;
    const result = entry.outcome?.resultRef ? await evidence.get(entry.outcome.resultRef) : undefined;
    contents.set(entry, { args, result });
  }
  return contents;
}

// ------------------------------------------------------------ where things are

function sourcesOf(values: Values, io: CommandIo): { sources: LedgerSources; now: number } {
  const { dir } = values;
  if (dir !== undefined) {
    const facts = copyFacts(dir);
    const part = (name: string) =>
      existsSync(path.join(dir, name)) ? new FolderStore(path.join(dir, name)) : undefined;
    return {
      sources: {
        ledger: new FolderStore(path.join(dir, 'ledger')),
        publication: part('publication'),
        witness: part('witness'),
        versions: async function* () {
          yield* facts.versions;
        },
      },
      now: Date.parse(facts.at),
    };
  }
  const bucket = ledgerBucket(values, io);
  const publication = optionOrVariable(values, io, 'publication-bucket');
  const witness = optionOrVariable(values, io, 'witness-bucket');
  return {
    sources: {
      ledger: new S3ObjectStore(bucket),
      publication: publication ? new S3ObjectStore(publication) : undefined,
      witness: witness ? new S3ObjectStore(witness) : undefined,
      versions: () => changedVersions(s3(), bucket),
    },
    now: Date.now(),
  };
}

function copyFacts(dir: string): CopyFacts {
  const file = path.join(dir, COPY_FILE);
  if (!existsSync(file))
    throw new Error(`${dir} is no copy of a ledger: it has no ${COPY_FILE}. Run "audit download".`);
  const facts = JSON.parse(readFileSync(file, 'utf8')) as CopyFacts;
  if (facts.v !== 1 || Number.isNaN(Date.parse(facts.at)) || !Array.isArray(facts.versions)) {
    throw new Error(`${file} isn't what "audit download" writes.`);
  }
  return facts;
}

function verifierKeyOf(values: Values, io: CommandIo): VerifierKey {
  const given = values.key ?? io.env.HARDENED_AGENT_LEDGER_KEY;
  if (!given) throw new Misused('Give the public key with --key: "audit key" printed it.');
  try {
    return parseVerifierKey(existsSync(given) ? readFileSync(given, 'utf8') : given);
  } catch (error) {
    throw new Misused(`--key: ${(error as Error).message}.`);
  }
}

function evidenceStore(values: Values, io: CommandIo): Pick<ObjectStore, 'get'> {
  const bucket = optionOrVariable(values, io, 'evidence-bucket');
  if (!bucket) throw new Misused('--content needs --evidence-bucket.');
  return new S3ObjectStore(bucket);
}

function ledgerBucket(values: Values, io: CommandIo): string {
  const bucket = optionOrVariable(values, io, 'ledger-bucket');
  if (!bucket) throw new Misused('Give --dir, or --ledger-bucket.');
  return bucket;
}

type BucketOption = 'ledger-bucket' | 'publication-bucket' | 'witness-bucket' | 'evidence-bucket';

function optionOrVariable(values: Values, io: CommandIo, option: BucketOption): string | undefined {
  return values[option] ?? io.env[`HARDENED_AGENT_${option.replace('-', '_').toUpperCase()}`];
}

function seconds(text: string, option: string): number {
  const value = Number(text);
  if (!Number.isFinite(value) || value <= 0) throw new Misused(`${option} takes a positive number of seconds.`);
  return value;
}

import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { GetPublicKeyCommand } from '@aws-sdk/client-kms';
import { DeleteObjectCommand } from '@aws-sdk/client-s3';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { kms, s3 } from '../../runtime/aws/clients';
import { S3ObjectStore } from '../../runtime/aws/s3-object-store';
import { parseVerifiedPart, type VerifiedPart } from '../../runtime/core/audit/verified-part';
import { AUDIT_DEFAULTS, verifyLedger } from '../../runtime/core/audit/verify-ledger';
import type { LedgerEntry } from '../../runtime/core/contracts';
import { saltedHash } from '../../runtime/core/digest';
import { escapeToLine } from '../../runtime/core/display';
import { parseEntry } from '../../runtime/core/ledger/entry';
import {
  formatVerifierKey,
  parseVerifierKey,
  type VerifierKey,
  verifierKeyFromSpki,
} from '../../runtime/core/merkle/note';
import { asciiJson } from '../ascii-json';
import { COPY_FILE, type CopyFacts, changedVersions, downloadLedger } from '../audit/download-ledger';
import { checkProof, proveEntry } from '../audit/entry-proof';
import { suitableThreads, withEntryWorkers } from '../audit/entry-workers';
import { type ErasedContent, eraseEvidence, evidenceOf } from '../audit/erase-evidence';
import { erasureOf, erasuresOf } from '../audit/erasures';
import { FolderStore } from '../audit/folder-store';
import { reportLines } from '../audit/report-lines';
import { type EntryContent, timelineOf } from '../audit/session-timeline';
import { type LedgerStores, type ReadableStore, StoredLedger } from '../audit/stored-ledger';
import type { CommandIo } from '../command-io';

const USAGE = [
  'Usage: hardened-agent audit key --signing-key ARN --origin NAME   prints the public half, to be kept elsewhere',
  '       hardened-agent audit download --dir DIR                     copies the ledger',
  '       hardened-agent audit verify [--dir DIR] --key KEY           says whether it is whole, offline with --dir',
  '       hardened-agent audit show --session ID [--dir DIR] [--content]   tells what a session did',
  '       hardened-agent audit erase --session ID [--request ID] [--confirm]   erases arguments and results, and records it',
  '       hardened-agent audit prove ENTRY [--dir DIR] --key KEY       prints a file that proves one entry',
  '       hardened-agent audit check-proof FILE --key KEY              checks such a file, offline',
  '',
  '  --dir DIR                 a downloaded copy; without it, the buckets are read',
  '  --key KEY                 the public key, or a file that holds it (or HARDENED_AGENT_LEDGER_KEY)',
  '  --ledger-bucket NAME      (or HARDENED_AGENT_LEDGER_BUCKET)',
  '  --publication-bucket NAME (or HARDENED_AGENT_PUBLICATION_BUCKET)',
  '  --witness-bucket NAME     (or HARDENED_AGENT_WITNESS_BUCKET)',
  '  --evidence-bucket NAME    (or HARDENED_AGENT_EVIDENCE_BUCKET), for --content and erase',
  '  --kept FILE               a checkpoint that you kept from an earlier audit; may be given again',
  '  --state FILE              go on from what the last verification wrote here, if it did; written where no fault is found',
  '  --threads N               that read entries of a copy; default one for each core, 1 below 100,000 entries',
  '  --merge-delay SECONDS     what the ledger was deployed with; default 300',
  '  --heartbeat SECONDS       what the ledger was deployed with; default 3600',
  '  --confirm                 erase; without it, only what would be erased is told',
  '  --json                    machine-readable',
];

const OPTIONS = {
  dir: { type: 'string' },
  key: { type: 'string' },
  kept: { type: 'string', multiple: true },
  state: { type: 'string' },
  threads: { type: 'string' },
  'signing-key': { type: 'string' },
  origin: { type: 'string' },
  session: { type: 'string' },
  request: { type: 'string' },
  confirm: { type: 'boolean' },
  content: { type: 'boolean' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
  'ledger-bucket': { type: 'string' },
  'publication-bucket': { type: 'string' },
  'witness-bucket': { type: 'string' },
  'evidence-bucket': { type: 'string' },
  'merge-delay': { type: 'string', default: '300' },
  heartbeat: { type: 'string', default: '3600' },
} as const;

const MAX_THREADS = 64;
const ENTRY_KEY = /^entries\/[A-Za-z0-9][A-Za-z0-9_-]{0,127}\/\d{12}$/;
/** Of sessions and of requests. */
const IDENTIFIER = /^[A-Za-z0-9][A-Za-z0-9_-]{0,127}$/;

type Values = ReturnType<typeof parse>['values'];

/** Wrong usage, told with the usage. */
class Misused extends Error {}

/** Reads the ledger, or records an erasure in it. Exit code 0: whole; 1: a fault, or it can't be read; 2: wrong usage. */
export async function audit(args: string[], io: CommandIo): Promise<number> {
  try {
    const { values, positionals } = parse(args);
    if (values.help) {
      for (const line of USAGE) io.out(line);
      return 0;
    }
    const [action, ...rest] = positionals;
    const operands = action === 'prove' || action === 'check-proof' ? 1 : 0;
    if (rest.length > operands) throw new Misused(`What is "${rest[operands]}"?`);
    switch (action) {
      case 'prove':
        return await prove(rest[0] ?? '', values, io);
      case 'check-proof':
        return await proofChecked(rest[0] ?? '', values, io);
      case 'key':
        return await printKey(values, io);
      case 'download':
        return await download(values, io);
      case 'verify':
        return await verify(values, io);
      case 'show':
        return await show(values, io);
      case 'erase':
        return await erase(values, io);
      default:
        throw new Misused(action ? `There is no action "${action}".` : 'Say what to do.');
    }
  } catch (error) {
    io.err(escapeToLine((error as Error).message));
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
  const count = await downloadLedger(bucketStores(values, io), values.dir, Date.now());
  io.out(`Copied ${count} objects to ${values.dir}.`);
  return 0;
}

async function verify(values: Values, io: CommandIo): Promise<number> {
  const verifier = verifierKeyOf(values, io);
  const { stores, now } = placesOf(values, io);
  const options = {
    ...AUDIT_DEFAULTS,
    key: verifier,
    now,
    // A stream with a hole is looked at again after half a delay, waits a whole one, and is sealed within minutes.
    sealWithinMs: 3 * seconds(values['merge-delay'], '--merge-delay') * 1000,
    heartbeatMs: seconds(values.heartbeat, '--heartbeat') * 1000,
    kept: (values.kept ?? []).map((file) => readGiven(file, '--kept')),
    verified: stateOf(values.state),
  };
  const { verified, ...report } = await withThreads(values, (entries) =>
    verifyLedger(new StoredLedger({ ...stores, entries }), options),
  );
  if (values.state !== undefined && verified) keepState(values.state, verified);
  if (values.json) io.out(asciiJson(report));
  else for (const line of reportLines(report)) io.out(line);
  if (values.state !== undefined && !verified) io.err(`${values.state} was not written: not all of it is vouched for.`);
  return report.findings.length === 0 ? 0 : 1;
}

/** Runs an audit with the threads that were asked for, or that suit. */
async function withThreads<Result>(
  { dir, threads }: Values,
  run: (entries: LedgerStores['entries']) => Promise<Result>,
): Promise<Result> {
  if (dir === undefined) {
    if (threads !== undefined) throw new Misused('--threads is for a copy: a bucket is slower than one thread.');
    return run(undefined);
  }
  const root = path.join(dir, 'ledger');
  const count = threads === undefined ? suitableThreads(root) : Number(threads);
  if (!Number.isInteger(count) || count < 1 || count > MAX_THREADS) {
    throw new Misused(`--threads takes a number from 1 to ${MAX_THREADS}.`);
  }
  return withEntryWorkers(root, count, run);
}

function stateOf(file: string | undefined): VerifiedPart | undefined {
  if (file === undefined || !existsSync(file)) return undefined;
  try {
    return parseVerifiedPart(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new Error(`${file}: ${(error as Error).message}. Delete it to verify the whole ledger.`);
  }
}

/** Replaced at once, so that no half of it is ever left. */
function keepState(file: string, verified: VerifiedPart): void {
  writeFileSync(`${file}.new`, `${JSON.stringify(verified)}\n`);
  renameSync(`${file}.new`, file);
}

async function prove(key: string, values: Values, io: CommandIo): Promise<number> {
  if (!ENTRY_KEY.test(key))
    throw new Misused('Give the key of one entry: entries/SESSION/NUMBER, the number of 12 digits.');
  const verifier = verifierKeyOf(values, io);
  const proof = await proveEntry(new StoredLedger(placesOf(values, io).stores), key, verifier);
  io.out(proof.trimEnd());
  return 0;
}

async function proofChecked(file: string, values: Values, io: CommandIo): Promise<number> {
  const text = readGiven(file, 'The proof');
  const { problem, key, leaf, size, entry } = checkProof(
    text.endsWith('\n') ? text : `${text}\n`,
    verifierKeyOf(values, io),
  );
  if (problem) {
    io.out(`This proves nothing: ${problem}`);
    return 1;
  }
  if (values.json) io.out(asciiJson({ key, leaf, size, entry }));
  else {
    io.out(`Proven: ${key} is leaf ${leaf} of the ${size} that were signed. It says:`);
    for (const line of timelineOf(entry ? [entry] : []).slice(1, -1)) io.out(line);
  }
  return 0;
}

async function show(values: Values, io: CommandIo): Promise<number> {
  const { session } = values;
  if (!session || !IDENTIFIER.test(session)) throw new Misused('Give the id of a session with --session.');
  const { ledger } = placesOf(values, io).stores;
  const entries: LedgerEntry[] = [];
  for await (const { key } of ledger.list(`entries/${session}/`)) {
    const parsed = parseEntry((await ledger.get(key)) ?? '');
    if (!parsed.ok) throw new Error(`${key} is no entry: ${parsed.reason}. Run "audit verify".`);
    entries.push(parsed.entry);
  }
  const erasures = await erasuresOf(ledger, session);
  const contents = values.content ? await readContents(entries, erasures, evidenceStore(values, io)) : new Map();
  if (values.json) io.out(asciiJson([...entries, ...erasures]));
  else for (const line of timelineOf(entries, (entry) => contents.get(entry) ?? {}, erasures)) io.out(line);
  return entries.length > 0 ? 0 : 1;
}

async function erase(values: Values, io: CommandIo): Promise<number> {
  const { session, request, dir } = values;
  if (dir !== undefined) throw new Misused('A copy holds no evidence: leave out --dir.');
  if (!session || !IDENTIFIER.test(session)) throw new Misused('Give the id of a session with --session.');
  if (request !== undefined && !IDENTIFIER.test(request)) throw new Misused('--request takes the id of a request.');
  const content: ErasedContent = { sessionId: session, ...(request === undefined ? {} : { requestId: request }) };
  const ledger = new S3ObjectStore(ledgerBucket(values, io));
  const bucket = evidenceBucket(values, io, 'erase');
  const store = new S3ObjectStore(bucket);
  if (!values.confirm) {
    const keys = await evidenceOf(store, content);
    for (const key of keys) io.out(key);
    io.out(`${keys.length} objects would be erased for ever. Say --confirm to do it.`);
    return 0;
  }
  const { Arn } = await new STSClient({}).send(new GetCallerIdentityCommand({}));
  if (!Arn) throw new Error('AWS doesn’t tell who you are, so the erasure can’t be recorded. Nothing was erased.');
  const evidence = {
    list: (prefix: string) => store.list(prefix),
    delete: async (key: string) => {
      await s3().send(new DeleteObjectCommand({ Bucket: bucket, Key: key }));
    },
  };
  const author = { actor: Arn, at: new Date().toISOString(), salt: randomBytes(16).toString('hex') };
  io.out(`Erased, and recorded as ${await eraseEvidence(ledger, evidence, content, author)}.`);
  return 0;
}

async function readContents(
  entries: readonly LedgerEntry[],
  erasures: readonly LedgerEntry[],
  evidence: Pick<ReadableStore, 'get'>,
): Promise<Map<LedgerEntry, EntryContent>> {
  const contents = new Map<LedgerEntry, EntryContent>();
  const read = async ({ requestId, salt }: LedgerEntry, ref: string, hash: string) =>
    ref === '' ? undefined : provenContent(await evidence.get(ref), salt, hash, erasureOf(erasures, requestId));
  for (const entry of entries) {
    const args = await read(entry, entry.argsRef, entry.argsHash);
    const result = await read(entry, entry.outcome?.resultRef ?? '', entry.outcome?.resultHash ?? '');
    contents.set(entry, { args, result });
  }
  return contents;
}

/** Evidence lies in a bucket that isn't locked: it is shown only where it has the hash that the ledger has. */
function provenContent(text: string | undefined, salt: string, hash: string, erasure?: LedgerEntry): string {
  if (text === undefined && erasure) return `(erased on ${erasure.at.slice(0, 10)} by ${erasure.actor})`;
  if (text === undefined) return '(gone: kept its time, or deleted without a record)';
  if (hash === '') return '(not shown: the ledger has no hash of it)';
  return saltedHash(salt, text) === hash ? text : '(not shown: these aren’t the bytes that the ledger refers to)';
}

// ------------------------------------------------------------ where things are

function placesOf(values: Values, io: CommandIo): { stores: LedgerStores; now: number } {
  const { dir } = values;
  if (dir === undefined) return { stores: bucketStores(values, io), now: Date.now() };
  const facts = copyFacts(dir);
  const part = (name: string) => (existsSync(path.join(dir, name)) ? new FolderStore(path.join(dir, name)) : undefined);
  return {
    stores: {
      ledger: new FolderStore(path.join(dir, 'ledger')),
      publication: part('publication'),
      witness: part('witness'),
      history: async function* () {
        yield* facts.history;
      },
    },
    now: Date.parse(facts.at),
  };
}

function bucketStores(values: Values, io: CommandIo): LedgerStores {
  const bucket = ledgerBucket(values, io);
  const store = (option: BucketOption) => {
    const name = optionOrVariable(values, io, option);
    return name === undefined ? undefined : new S3ObjectStore(name);
  };
  return {
    ledger: new S3ObjectStore(bucket),
    publication: store('publication-bucket'),
    witness: store('witness-bucket'),
    history: () => changedVersions(s3(), bucket),
  };
}

function copyFacts(dir: string): CopyFacts {
  const file = path.join(dir, COPY_FILE);
  if (!existsSync(file))
    throw new Error(`${dir} is no copy of a ledger: it has no ${COPY_FILE}. Run "audit download".`);
  const facts = JSON.parse(readFileSync(file, 'utf8')) as CopyFacts;
  if (facts.v !== 1 || Number.isNaN(Date.parse(facts.at)) || !Array.isArray(facts.history)) {
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

function readGiven(file: string, what: string): string {
  if (!existsSync(file)) throw new Misused(`${what}: there is no file ${file}.`);
  return readFileSync(file, 'utf8');
}

function evidenceStore(values: Values, io: CommandIo): Pick<ReadableStore, 'get'> {
  return new S3ObjectStore(evidenceBucket(values, io, '--content'));
}

function evidenceBucket(values: Values, io: CommandIo, what: string): string {
  const bucket = optionOrVariable(values, io, 'evidence-bucket');
  if (!bucket) throw new Misused(`${what} needs --evidence-bucket.`);
  return bucket;
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

import { generateKeyPairSync, hash, sign } from 'node:crypto';
import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import path from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { LedgerSource } from '../runtime/core/audit/ledger-source';
import { AUDIT_DEFAULTS, verifyLedger } from '../runtime/core/audit/verify-ledger';
import { type LedgerEntry, ledgerKey } from '../runtime/core/contracts';
import { batchKey, encodeBatch, MAX_BATCH_LEAVES } from '../runtime/core/ledger/batch';
import { encodeEntry } from '../runtime/core/ledger/entry';
import { sessionIdAt } from '../runtime/core/ledger/stream-id';
import { formatCheckpoint } from '../runtime/core/merkle/checkpoint';
import { hashLeaf, leafIndex, type TreeHash, treeSize } from '../runtime/core/merkle/hash';
import { checkNote, formatNote, parseNote, type VerifierKey, verifierKeyFromSpki } from '../runtime/core/merkle/note';
import { proveInclusion, verifyInclusion } from '../runtime/core/merkle/proof';
import { TreeEdge } from '../runtime/core/merkle/tree';
import { type BenchGoal, type BenchReport, type BenchResult, machine } from './bench-report';
import { type GoTimes, timeGo } from './ledger/go-tlog';
import { LedgerCopy } from './ledger/ledger-copy';

const START = Date.parse('2026-01-01T00:00:00Z');
/** Entries of a session: it opens, 49 calls with their outcomes, and ends. */
const PER_SESSION = 100;

const template = {
  v: 1,
  at: '2026-01-01T00:00:00.000Z',
  actor: 'task/0123456789abcdef0123456789abcdef',
  tool: 'tickets_refund',
  schemaHash: '1'.repeat(64),
  argsHash: '2'.repeat(64),
  salt: '3'.repeat(32),
  policyVersion: '4'.repeat(64),
  credential: { name: 'tickets-api' },
} as const;

function sessionOf(leaf: number): string {
  return sessionIdAt(START + Math.floor(leaf / PER_SESSION), '0000000000000');
}

/** The entry at a place of a made-up log, about 700 bytes, as its writer stores it. */
function entryAt(leaf: number): { key: string; text: string } {
  const sessionId = sessionOf(leaf);
  const seq = (leaf % PER_SESSION) + 1;
  const requestId = `request-${String(Math.ceil(seq / 2)).padStart(12, '0')}`;
  const key = ledgerKey.entry(sessionId, seq);
  const shape = seq % 2 === 1 ? intentShape : outcomeShape;
  return {
    key,
    text: shape.split('$SESSION').join(sessionId).split('$REQUEST').join(requestId).replace('"$SEQ"', String(seq)),
  };
}

// Written once with marks that have the form of what stands there, since the encoder takes no other entry.
const marked = (more: Partial<LedgerEntry>) =>
  encodeEntry({
    ...template,
    sessionId: 'SESSION',
    requestId: 'REQUEST',
    seq: 7,
    argsRef: 'args/$SESSION/$REQUEST',
    ...more,
  } as LedgerEntry)
    .replace('"seq":7', '"seq":"$SEQ"')
    .replace('"SESSION"', '"$SESSION"')
    .replace('"REQUEST"', '"$REQUEST"');
const intentShape = marked({
  type: 'intent',
  decision: {
    code: 'ALLOW',
    policyIds: ['allow-tickets_refund'],
    taint: false,
    provenance: 'task',
  },
});
const outcomeShape = marked({
  type: 'outcome',
  outcome: {
    status: 'succeeded',
    bytes: 4096,
    resultHash: '5'.repeat(64),
    resultRef: 'results/$SESSION/$REQUEST',
    durationMs: 120,
  },
});

/** Measurements of each kind. The fastest counts: what else runs on a shared machine only ever adds. */
const TIMES = 3;

/** Processor time, so that whatever else runs on the machine doesn't count. */
function secondsOf(work: () => void): number {
  const started = process.cpuUsage();
  work();
  return cpuSecondsSince(started);
}

function cpuSecondsSince(started: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(started);
  return (user + system) / 1e6;
}

const LENGTH_BYTES = 2;

/** Entries in one file, each behind its length of two bytes, so that Go reads the same bytes. */
class EntryFile {
  readonly file: string;
  private readonly folder = mkdtempSync(path.join(tmpdir(), 'bench-ledger-'));
  private readonly handle: number;
  /** Where each entry begins, and the end of the last. */
  private readonly starts: Float64Array;
  private readonly buffer = Buffer.alloc(MAX_BATCH_LEAVES * 1024);

  constructor(readonly size: number) {
    this.file = path.join(this.folder, 'entries');
    this.handle = openSync(this.file, 'w+');
    this.starts = new Float64Array(size + 1);
    for (let from = 0; from < size; from += MAX_BATCH_LEAVES) {
      const parts: Buffer[] = [];
      let at = this.starts[from];
      for (let leaf = from; leaf < Math.min(size, from + MAX_BATCH_LEAVES); leaf += 1) {
        const bytes = Buffer.from(entryAt(leaf).text);
        const length = Buffer.alloc(LENGTH_BYTES);
        length.writeUInt16BE(bytes.length);
        parts.push(length, bytes);
        at += LENGTH_BYTES + bytes.length;
        this.starts[leaf + 1] = at;
      }
      writeSync(this.handle, Buffer.concat(parts));
    }
  }

  get bytes(): number {
    return this.starts[this.size] - this.size * LENGTH_BYTES;
  }

  /** The bytes of some entries that follow each other, good until the next call. */
  read(from: number, to: number): Buffer[] {
    const start = this.starts[from];
    readSync(this.handle, this.buffer, 0, this.starts[to] - start, start);
    return Array.from({ length: to - from }, (_, i) =>
      this.buffer.subarray(this.starts[from + i] + LENGTH_BYTES - start, this.starts[from + i + 1] - start),
    );
  }

  texts(from: number, to: number): string[] {
    return this.read(from, to).map((bytes) => bytes.toString('utf8'));
  }

  remove(): void {
    closeSync(this.handle);
    rmSync(this.folder, { recursive: true });
  }
}

/** Batches of 4096 entries at a time: from, and the entry after the last. */
function* batchesOf(size: number): Generator<[from: number, to: number]> {
  for (let from = 0; from < size; from += MAX_BATCH_LEAVES) yield [from, Math.min(size, from + MAX_BATCH_LEAVES)];
}

/** The first entries of the file as a sealed ledger. */
class SealedFile implements LedgerSource {
  /** Called before each batch is read. */
  onBatch = () => {};
  private readonly locked = new Map<string, string>();
  private readonly places = new Map<string, number>();

  constructor(
    private readonly file: EntryFile,
    readonly size: number,
    seal: (text: string) => string,
  ) {
    const edge = new TreeEdge();
    for (const [from, to] of batchesOf(size)) {
      const hashes: TreeHash[] = [];
      const runs: { stream: string; first: number; count: number }[] = [];
      for (const [i, text] of file.read(from, to).entries()) {
        hashes.push(hashLeaf(text));
        edge.append(hashes[i]);
        const stream = sessionOf(from + i);
        const last = runs.at(-1);
        if (last?.stream === stream) last.count += 1;
        else {
          const first = ((from + i) % PER_SESSION) + 1;
          runs.push({ stream, first, count: 1 });
          this.places.set(stream, from + i - first + 1);
        }
      }
      const at = new Date(START + from).toISOString();
      this.locked.set(batchKey(from), encodeBatch({ v: 1, from, to, at, runs, hashes, root: edge.root() }));
      this.locked.set(ledgerKey.checkpoint(to), seal(`${to}\n${edge.root().toString('base64')}\n`));
    }
  }

  async read(keys: readonly string[]): Promise<(string | undefined)[]> {
    if (!keys[0]?.startsWith('entries/')) return keys.map((key) => this.locked.get(key));
    this.onBatch();
    const leaves = keys.map(
      (key) => (this.places.get(key.slice('entries/'.length, -13)) ?? 0) + Number(key.slice(-12)) - 1,
    );
    const [from] = leaves;
    if (leaves.some((leaf, i) => leaf !== from + i)) throw new Error('This benchmark reads entries in order only.');
    return this.file.texts(from, from + leaves.length);
  }

  /** Leaves it as files. */
  copyTo(copy: LedgerCopy): void {
    for (const [key, text] of this.locked) copy.write(key, text);
    for (let leaf = 0; leaf < this.size; leaf += 1) {
      const { key, text } = entryAt(leaf);
      copy.write(key, text);
    }
  }

  async *list(prefix: string) {
    for (const key of this.locked.keys()) if (key.startsWith(prefix)) yield { key };
  }
}

interface TreeTimes {
  /** Seconds of node:crypto for one leaf and one node an entry, in its cheapest form. */
  readonly hashing: number;
  /** Seconds for the same tree. */
  readonly building: number;
  readonly root: string;
}

function timeTree(entries: EntryFile): TreeTimes {
  const node = Buffer.alloc(65, 1);
  const hashing: number[] = [];
  const building: number[] = [];
  let edge = new TreeEdge();
  for (let time = 0; time < TIMES; time += 1) {
    edge = new TreeEdge();
    hashing.push(0);
    building.push(0);
    // Batch after batch, so that what else the machine does meanwhile hits both alike.
    for (const [from, to] of batchesOf(entries.size)) {
      const texts = entries.texts(from, to);
      hashing[time] += secondsOf(() => {
        for (const text of texts) {
          hash('sha256', text, 'binary');
          hash('sha256', node, 'binary');
        }
      });
      building[time] += secondsOf(() => {
        for (const text of texts) edge.append(hashLeaf(text));
      });
    }
  }
  return { hashing: Math.min(...hashing), building: Math.min(...building), root: edge.root().toString('base64') };
}

/** Verifies a whole ledger, from the stored bytes to the report. */
async function verifyWhole(source: LedgerSource, size: number, key: VerifierKey, root?: string): Promise<void> {
  const report = await verifyLedger(source, { ...AUDIT_DEFAULTS, key, now: START + size, sealWithinMs: 1e12 });
  if (report.findings.length > 0 || report.size !== size || (root !== undefined && report.root !== root)) {
    throw new Error(`The benchmark's own ledger doesn't verify: ${JSON.stringify(report.findings[0])}`);
  }
}

/** Seconds of processor time. */
async function timeVerification(source: SealedFile, key: VerifierKey, root?: string): Promise<number> {
  const started = process.cpuUsage();
  await verifyWhole(source, source.size, key, root);
  return cpuSecondsSince(started);
}

/** Seconds by the clock for a copy in files: in the main thread alone, and with a worker for each core. */
async function timeThreads(source: SealedFile, key: VerifierKey): Promise<{ alone: number; shared: number }> {
  const copy = new LedgerCopy();
  try {
    source.copyTo(copy);
    const alone: number[] = [];
    const shared: number[] = [];
    // In turn, so that what else the machine does meanwhile hits both alike; the first reading fills the page cache.
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

/** MiB of live memory that verification adds at most, as the collector leaves it a dozen times on the way. */
async function memoryAdded(source: SealedFile, key: VerifierKey): Promise<number> {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const used = () => {
    // What lies outside the heap is given back only by the collection after the one that finds it free.
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
  await timeVerification(source, key);
  source.onBatch = () => {};
  return most - before;
}

/** What sealing and verifying cost, beside the time that hashing the same bytes takes at least. */
export async function ledger(args: string[]): Promise<BenchReport> {
  const size = Number(args[0] ?? 1_000_000);
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const key = verifierKeyFromSpki('example.com/bench', publicKey.export({ format: 'der', type: 'spki' }));
  const seal = (tail: string) => {
    const text = `${key.name}\n${tail}`;
    return formatNote(text, key, sign(null, Buffer.from(text), privateKey));
  };
  const entries = new EntryFile(size);
  try {
    const tree = timeTree(entries);
    const go = timeGo(entries.file);
    if (typeof go !== 'string' && go.root !== tree.root) throw new Error('Go comes to another root of these entries.');
    const sealed = new SealedFile(entries, size, seal);
    const verifications: number[] = [];
    for (let time = 0; time < TIMES; time += 1) verifications.push(await timeVerification(sealed, key, tree.root));
    const verifying = Math.min(...verifications);
    const fifth = new SealedFile(entries, Math.ceil(size / 5), seal);
    const addedToFifth = await memoryAdded(fifth, key);
    const added = await memoryAdded(sealed, key);
    const threads = await timeThreads(fifth, key);
    const perSecond = (seconds: number) => ({ value: fifth.size / seconds, unit: 'entries/s by the clock' });
    const proofSeconds = await proofCheck(Math.min(size, 65_536), key, seal);
    const each = (seconds: number) => ({ value: (seconds / size) * 1e6, unit: 'µs of processor time/entry' });
    const atMost = (name: string, value: number, unit: string, most: number): BenchGoal => ({
      name,
      value,
      unit,
      goal: `≤ ${most}`,
      holds: value <= most,
    });
    return {
      bench: 'ledger',
      machine: machine(),
      versions: {
        node: process.versions.node,
        openssl: process.versions.openssl,
        go: typeof go === 'string' ? go : go.version,
      },
      results: [
        { name: `entries, each time the best of ${TIMES}`, value: size, unit: 'entries' },
        { name: 'mean entry', value: entries.bytes / size, unit: 'bytes' },
        { name: 'hashing leaf and node, node:crypto', ...each(tree.hashing) },
        { name: 'building or checking the tree', ...each(tree.building) },
        ...(typeof go === 'string' ? [] : besideGo(go, tree, each)),
        { name: 'full verification, parsing included, one thread', ...each(verifying) },
        { name: `a copy of ${fifth.size.toLocaleString('en')} files, one thread`, ...perSecond(threads.alone) },
        { name: `the same, ${availableParallelism()} worker threads beside it`, ...perSecond(threads.shared) },
        {
          name: `memory verification adds, ${fifth.size.toLocaleString('en')} entries`,
          value: addedToFifth,
          unit: 'MiB',
        },
      ],
      goals: [
        atMost('tree, against the hashing limit', tree.building / tree.hashing, '×', 1.3),
        {
          name: 'full verification',
          value: size / verifying,
          unit: 'entries/s a core',
          goal: '≥ 60,000',
          holds: size / verifying >= 60_000,
        },
        {
          name: 'worker threads against one thread',
          value: threads.alone / threads.shared,
          unit: '×',
          goal: '> 1',
          holds: threads.alone > threads.shared,
        },
        atMost(`memory verification adds, ${size.toLocaleString('en')} entries`, added, 'MiB', 64),
        atMost('more than for a fifth of the entries', added - addedToFifth, 'MiB', 8),
        {
          name: 'checking one proof with its signature',
          value: proofSeconds * 1e3,
          unit: 'ms',
          goal: '< 1',
          holds: proofSeconds < 1e-3,
        },
      ],
    };
  } finally {
    entries.remove();
  }
}

function besideGo(
  go: GoTimes,
  tree: TreeTimes,
  each: (seconds: number) => { value: number; unit: string },
): BenchResult[] {
  return [
    { name: 'the same with Go: hashing leaf and node', ...each(go.hashing) },
    { name: 'the same with Go: building the tree, sumdb/tlog', ...each(go.building) },
    { name: 'our hashing against Go’s', value: tree.hashing / go.hashing, unit: '×' },
    { name: 'our building against Go’s', value: tree.building / go.building, unit: '×' },
  ];
}

async function proofCheck(size: number, key: VerifierKey, seal: (tail: string) => string): Promise<number> {
  const leaves = Array.from({ length: size }, (_, i) => hashLeaf(entryAt(i).text));
  const edge = new TreeEdge();
  const tiles = new Map<string, readonly TreeHash[]>();
  for (const leaf of leaves) edge.append(leaf, ({ level, index }, hashes) => tiles.set(`${level}/${index}`, hashes));
  for (const { tile, hashes } of edge.partialTiles()) tiles.set(`${tile.level}/${tile.index}`, hashes);
  const tree = { size: treeSize(size), root: edge.root() };
  const note = seal(
    formatCheckpoint({ origin: 'x', ...tree })
      .split('\n')
      .slice(1)
      .join('\n'),
  );
  const index = leafIndex(Math.floor(size / 3));
  const path = await proveInclusion(index, tree.size, (level, tile) =>
    Promise.resolve(tiles.get(`${level}/${tile}`) ?? []),
  );
  const times = 500;
  const check = () => {
    for (let i = 0; i < times; i += 1) {
      if (checkNote(parseNote(note), key) !== 'valid' || !verifyInclusion(path, { index, hash: leaves[index] }, tree)) {
        throw new Error('The benchmark’s own proof doesn’t hold.');
      }
    }
  };
  check();
  return secondsOf(check) / times;
}

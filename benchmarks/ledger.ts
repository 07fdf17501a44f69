import { generateKeyPairSync, hash, sign } from 'node:crypto';
import { type LedgerEntry, ledgerKey } from '../runtime/core/contracts';
import { batchKey, encodeBatch, MAX_BATCH_LEAVES } from '../runtime/core/ledger/batch';
import { encodeEntry } from '../runtime/core/ledger/entry';
import type { LedgerSource } from '../runtime/core/ledger/ledger-source';
import { sessionIdAt } from '../runtime/core/ledger/stream-id';
import { AUDIT_DEFAULTS, verifyLedger } from '../runtime/core/ledger/verify-ledger';
import { formatCheckpoint } from '../runtime/core/merkle/checkpoint';
import { hashLeaf, leafIndex, type TreeHash, treeSize } from '../runtime/core/merkle/hash';
import { checkNote, formatNote, parseNote, verifierKeyFromSpki } from '../runtime/core/merkle/note';
import { proveInclusion, verifyInclusion } from '../runtime/core/merkle/proof';
import { TreeEdge } from '../runtime/core/merkle/tree';
import { type BenchReport, machine } from './bench-report';

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

/** The entry at a place of a made-up log, about 700 bytes, as its writer stores it. */
function entryAt(leaf: number): { key: string; text: string } {
  const sessionId = sessionIdAt(START + Math.floor(leaf / PER_SESSION), '0000000000000');
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

/** A log that is made as it is read, so that a benchmark needs no gigabyte; the time of making is kept apart. */
class MadeLedger implements LedgerSource {
  makingSeconds = 0;
  /** The largest heap seen while it was read, in bytes. */
  mostHeap = 0;
  private readonly locked = new Map<string, string>();
  private readonly places = new Map<string, number>();

  constructor(
    readonly size: number,
    seal: (text: string) => string,
  ) {
    const edge = new TreeEdge();
    for (let from = 0; from < size; from += MAX_BATCH_LEAVES) {
      const hashes: TreeHash[] = [];
      const to = Math.min(size, from + MAX_BATCH_LEAVES);
      const runs: { stream: string; first: number; count: number }[] = [];
      for (let leaf = from; leaf < to; leaf += 1) {
        const { key, text } = entryAt(leaf);
        hashes.push(hashLeaf(text));
        edge.append(hashes[hashes.length - 1]);
        const [, stream, seq] = key.split('/');
        const last = runs.at(-1);
        if (last?.stream === stream) last.count += 1;
        else {
          runs.push({ stream, first: Number(seq), count: 1 });
          this.places.set(stream, leaf - Number(seq) + 1);
        }
      }
      const at = new Date(START + from).toISOString();
      this.locked.set(batchKey(from), encodeBatch({ v: 1, from, to, at, runs, hashes, root: edge.root() }));
      this.locked.set(ledgerKey.checkpoint(to), seal(`${to}\n${edge.root().toString('base64')}\n`));
    }
  }

  read(keys: readonly string[]): Promise<(string | undefined)[]> {
    this.mostHeap = Math.max(this.mostHeap, process.memoryUsage().heapUsed);
    let texts: (string | undefined)[] = [];
    this.makingSeconds += secondsOf(() => {
      texts = keys.map((key) => {
        if (!key.startsWith('entries/')) return this.locked.get(key);
        const [, stream, seq] = key.split('/');
        return entryAt((this.places.get(stream) ?? 0) + Number(seq) - 1).text;
      });
    });
    return Promise.resolve(texts);
  }

  async *list(prefix: string) {
    for (const key of this.locked.keys()) if (key.startsWith(prefix)) yield { key };
  }
}

/** What sealing and verifying cost, beside the time that hashing the same bytes takes at least. */
export async function ledger(args: string[]): Promise<BenchReport> {
  const size = Number(args[0] ?? 1_000_000);
  let bytes = 0;
  let hashing = 0;
  let building = 0;
  const edge = new TreeEdge();
  const node = Buffer.alloc(65, 1);
  for (let from = 0; from < size; from += MAX_BATCH_LEAVES) {
    const texts = Array.from({ length: Math.min(MAX_BATCH_LEAVES, size - from) }, (_, i) => entryAt(from + i).text);
    for (const text of texts) bytes += text.length;
    hashing += secondsOf(() => {
      for (const text of texts) {
        hash('sha256', `\0${text}`, 'buffer');
        hash('sha256', node, 'buffer');
      }
    });
    building += secondsOf(() => {
      for (const text of texts) edge.append(hashLeaf(text));
    });
  }

  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const key = verifierKeyFromSpki('example.com/bench', publicKey.export({ format: 'der', type: 'spki' }));
  const seal = (tail: string) => {
    const text = `${key.name}\n${tail}`;
    return formatNote(text, key, sign(null, Buffer.from(text), privateKey));
  };
  const made = new MadeLedger(size, seal);
  const heapBefore = process.memoryUsage().heapUsed;
  const started = process.cpuUsage();
  const report = await verifyLedger(made, { ...AUDIT_DEFAULTS, key, now: START + size, sealWithinMs: 1e12 });
  const verifying = cpuSecondsSince(started) - made.makingSeconds;
  const grown = (made.mostHeap - heapBefore) / 2 ** 20;
  if (report.findings.length > 0 || report.size !== size || edge.root().toString('base64') !== report.root) {
    throw new Error(`The benchmark's own ledger doesn't verify: ${JSON.stringify(report.findings[0])}`);
  }
  const proofSeconds = await proofCheck(Math.min(size, 65_536), key, seal);

  const perSecond = size / verifying;
  const ratio = building / hashing;
  return {
    bench: 'ledger',
    machine: machine(),
    versions: { node: process.versions.node, openssl: process.versions.openssl },
    results: [
      { name: 'entries', value: size, unit: 'entries' },
      { name: 'mean entry', value: bytes / size, unit: 'bytes' },
      {
        name: 'hashing the same bytes, node:crypto',
        value: (hashing / size) * 1e6,
        unit: 'µs of processor time/entry',
      },
      { name: 'building or checking the tree', value: (building / size) * 1e6, unit: 'µs of processor time/entry' },
      {
        name: 'full verification, parsing included, one thread',
        value: (verifying / size) * 1e6,
        unit: 'µs of processor time/entry',
      },
    ],
    goals: [
      { name: 'tree, against the hashing limit', value: ratio, unit: '×', goal: '≤ 1.3', holds: ratio <= 1.3 },
      {
        name: 'full verification',
        value: perSecond,
        unit: 'entries/s a core',
        goal: '≥ 60,000',
        holds: perSecond >= 60_000,
      },
      { name: 'heap that verification adds at most', value: grown, unit: 'MiB', goal: '≤ 256', holds: grown <= 256 },
      {
        name: 'checking one proof with its signature',
        value: proofSeconds * 1e3,
        unit: 'ms',
        goal: '< 1',
        holds: proofSeconds < 1e-3,
      },
    ],
  };
}

async function proofCheck(
  size: number,
  key: Parameters<typeof checkNote>[1],
  seal: (tail: string) => string,
): Promise<number> {
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

import { readdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import type { StoredEntry } from '../../runtime/core/ledger/stored-entry';
import { ExaminedEntry, type SentEntry } from './examined-entry';

/** What a worker is asked: entries by key, and whether their texts are wanted too. */
export interface EntryQuestion {
  readonly id: number;
  readonly keys: readonly string[];
  readonly withContent: boolean;
}

export interface EntryReply {
  readonly id: number;
  /** Leaf hashes, one behind the other; zeros where there is no entry. */
  readonly hashes: Uint8Array<ArrayBuffer>;
  /** JSON of a `SentEntry` for each: cheaper to send than the values. */
  readonly sent: string;
  /** Texts of the entries that are there, one behind the other, if wanted. */
  readonly content: Uint8Array<ArrayBuffer>;
  /** Bytes of each text, at the position of its entry; empty where no texts are wanted. */
  readonly lengths: readonly number[];
}

/** Entries asked for at a time: some milliseconds of work. */
const CHUNK = 256;
/** Entries of a copy below which starting threads takes longer than they save, on two cores. */
const SMALL = 100_000;

const WORKER = path.resolve(
  __dirname,
  path.basename(__dirname) === 'bin' ? '..' : '../..',
  'runtime-bundles/audit-worker/index.js',
);

/** Threads that read, hash and parse entries of a copy. What they say is judged in one place, so their number changes no report. */
export class EntryWorkers {
  private readonly workers: Worker[];
  private readonly waiting = new Map<
    number,
    { resolve: (reply: EntryReply) => void; reject: (error: Error) => void }
  >();
  private asked = 0;
  private failure?: Error;

  /** @param root the folder of the copied locked bucket */
  constructor(root: string, count: number) {
    this.workers = Array.from({ length: count }, () => new Worker(WORKER, { workerData: { root } }));
    for (const worker of this.workers) {
      worker.on('message', (reply: EntryReply) => {
        this.waiting.get(reply.id)?.resolve(reply);
        this.waiting.delete(reply.id);
      });
      worker.on('error', (error) => this.fail(new Error(`A thread that reads entries failed: ${error.message}`)));
      worker.on('exit', () => this.fail(new Error('A thread that reads entries ended.')));
    }
  }

  async read(keys: readonly string[], withContent: boolean): Promise<(StoredEntry | undefined)[]> {
    const chunks: Promise<(StoredEntry | undefined)[]>[] = [];
    for (let from = 0; from < keys.length; from += CHUNK) {
      chunks.push(this.ask(keys.slice(from, from + CHUNK), withContent).then(entriesOf));
    }
    return (await Promise.all(chunks)).flat();
  }

  async close(): Promise<void> {
    await Promise.all(this.workers.map((worker) => worker.terminate()));
  }

  private ask(keys: readonly string[], withContent: boolean): Promise<EntryReply> {
    if (this.failure) return Promise.reject(this.failure);
    const id = this.asked;
    this.asked += 1;
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve, reject });
      const question: EntryQuestion = { id, keys, withContent };
      this.workers[id % this.workers.length].postMessage(question);
    });
  }

  private fail(error: Error): void {
    this.failure ??= error;
    for (const { reject } of this.waiting.values()) reject(this.failure);
    this.waiting.clear();
  }
}

type ReadEntries = EntryWorkers['read'];

/** Runs an audit whose entries so many threads read; with one there are none beside the main one, and nothing is given. */
export async function withEntryWorkers<Result>(
  root: string,
  count: number,
  run: (entries: ReadEntries | undefined) => Promise<Result>,
): Promise<Result> {
  if (count === 1) return run(undefined);
  const workers = new EntryWorkers(root, count);
  try {
    return await run((keys, withContent) => workers.read(keys, withContent));
  } finally {
    await workers.close();
  }
}

const NOT_ASKED = new Uint8Array();

function entriesOf({ hashes, sent, content, lengths }: EntryReply): (StoredEntry | undefined)[] {
  const leaves = Buffer.from(hashes.buffer, hashes.byteOffset, hashes.length);
  let at = 0;
  return (JSON.parse(sent) as SentEntry[]).map((one, i) => {
    if (one === null) return undefined;
    if (lengths.length === 0) return new ExaminedEntry(one, leaves, i, NOT_ASKED);
    const start = at;
    at += lengths[i];
    return new ExaminedEntry(one, leaves, i, content.subarray(start, at));
  });
}

/** Threads that suit a copy: one for each core, and none beside the main one where the copy is small. */
export function suitableThreads(root: string): number {
  let batches: string[] = [];
  try {
    batches = readdirSync(path.join(root, 'batches'));
  } catch {
    // Whatever is missing from a copy, the audit tells.
  }
  const size = batches.reduce((most, name) => Math.max(most, Number(name) || 0), 0);
  return size < SMALL ? 1 : availableParallelism();
}

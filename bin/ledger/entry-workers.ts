import { readdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import type { StoredEntry } from '../../runtime/core/audit/stored-entry';
import { ExaminedEntry, type SentEntry } from './examined-entry';

/** Asks a worker for entries by key. */
export interface EntryQuestion {
  readonly id: number;
  readonly keys: readonly string[];
  readonly withContent: boolean;
}

export interface EntryReply {
  readonly id: number;
  /** Leaf hashes, one after the other; zeros where there is no entry. */
  readonly hashes: Uint8Array<ArrayBuffer>;
  /** JSON of a `SentEntry` for each key: cheaper to send than the values. */
  readonly sent: string;
  /** Texts of the entries that exist, one after the other, if they were asked for. */
  readonly content: Uint8Array<ArrayBuffer>;
  /** Bytes of each text, at the position of its entry; empty when texts were not asked for. */
  readonly lengths: readonly number[];
}

/** Entries in one question: some milliseconds of work. */
const CHUNK = 256;
/** Below this number of entries, starting threads takes longer than they save, measured on two cores. */
const SMALL = 100_000;

/** Two folders up is the package's root, from `bin/ledger` and from `build/bin`. */
const WORKER = path.resolve(__dirname, '../../runtime-bundles/audit-worker/index.js');

/** Threads that read, hash and parse entries of a copy. The main thread judges all answers, so their number never changes a report. */
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
      this.workers[id % this.workers.length]?.postMessage(question);
    });
  }

  private fail(error: Error): void {
    this.failure ??= error;
    for (const { reject } of this.waiting.values()) reject(this.failure);
    this.waiting.clear();
  }
}

type ReadEntries = EntryWorkers['read'];

/** Runs an audit with threads that read its entries. With a count of 1 the main thread reads them, and `run` gets nothing. */
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
    at += lengths[i] ?? 0;
    return new ExaminedEntry(one, leaves, i, content.subarray(start, at));
  });
}

/** How many threads suit a copy: one per core, or only the main thread when the copy is small. */
export function suitableThreads(root: string): number {
  let batches: string[] = [];
  try {
    batches = readdirSync(path.join(root, 'batches'));
  } catch {
    // The audit reports what is missing from a copy.
  }
  const size = batches.reduce((most, name) => Math.max(most, Number(name) || 0), 0);
  return size < SMALL ? 1 : availableParallelism();
}

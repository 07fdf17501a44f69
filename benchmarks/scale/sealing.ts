import { sessionIdAt } from '../../runtime/core/ledger/stream-id';
import type { ObjectStore } from '../../runtime/ledger/object-store';
import { DEFAULT_LIMITS } from '../../runtime/ledger/sealer-ports';
import { entry, SealedLedger } from '../../test/runtime/ledger/sealed-ledger';
import { Rounds } from '../rounds';

/** Milliseconds of one request. Source: S3 user guide, "Performance guidelines for Amazon S3": 100–200 ms at most, typically tens. */
const S3_MS = 30;
/** S3 lists so many keys at once. Source: S3 API reference, ListObjectsV2. */
const PAGE = 1000;

/** What one run of the sealer takes. */
export interface SealingTime {
  readonly entries: number;
  /** Requests to S3. */
  readonly requests: number;
  /** How many of them wait for one another. */
  readonly rounds: number;
  /** The rounds, each as long as S3 takes, and the measured processor time. */
  readonly seconds: number;
}

/** Measures a run in which each of so many sessions has so many new entries. The sealer has seen all of the sessions before. */
export async function sealingTime(sessions: number, entriesEach: number): Promise<SealingTime> {
  // A run that is measured may take as long as it needs.
  const world = new SealedLedger({ ...DEFAULT_LIMITS, heartbeatMs: 1e15, budgetMs: 1e15 });
  const ids = Array.from({ length: sessions }, (_, i) =>
    sessionIdAt('Support-0a1b2c3d', world.now, i.toString(16).padStart(13, '0')),
  );
  const write = async (seq: number) => {
    for (const id of ids) await world.write(entry(id, seq));
  };
  await write(1);
  await world.sealer().run();
  world.advance(60_000);
  for (let seq = 2; seq < 2 + entriesEach; seq += 1) await write(seq);

  const rounds = new Rounds();
  const before = process.cpuUsage();
  const run = world.sealer((bucket) => inRounds(bucket, rounds)).run();
  const { sealed } = await rounds.drive(run);
  const { user, system } = process.cpuUsage(before);
  if (sealed !== sessions * entriesEach)
    throw new Error(`The sealer sealed ${sealed} of ${sessions * entriesEach} entries.`);
  const seconds = (rounds.rounds * S3_MS) / 1000 + (user + system) / 1e6;
  return { entries: sealed, requests: rounds.requests, rounds: rounds.rounds, seconds };
}

/** What the sealer sees of a bucket: each request waits for its round. */
function inRounds(store: ObjectStore, rounds: Rounds): ObjectStore {
  const wait = () => rounds.wait();
  return {
    get: (key) => wait().then(() => store.get(key)),
    create: (key, text) => wait().then(() => store.create(key, text)),
    put: (key, body, type) => wait().then(() => store.put(key, body, type)),
    list: (prefix, after) => paged(store.list(prefix, after), wait),
    listFolders: (prefix, after) => paged(store.listFolders(prefix, after), wait),
  };
}

async function* paged<Item>(items: AsyncIterable<Item>, wait: () => Promise<void>): AsyncIterable<Item> {
  let listed = 0;
  await wait();
  for await (const item of items) {
    if (listed > 0 && listed % PAGE === 0) await wait();
    listed += 1;
    yield item;
  }
}

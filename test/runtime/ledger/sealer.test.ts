import { setImmediate } from 'node:timers/promises';
import { ledgerKey, PLATFORM_STREAM } from '../../../runtime/core/contracts';
import { parseEntry } from '../../../runtime/core/ledger/entry';
import { sessionIdAt } from '../../../runtime/core/ledger/stream-id';
import { parseCheckpoint } from '../../../runtime/core/merkle/checkpoint';
import { checkNote, parseNote } from '../../../runtime/core/merkle/note';
import { decodeEntryBundle } from '../../../runtime/core/merkle/tile';
import type { ObjectStore } from '../../../runtime/ledger/object-store';
import { DEFAULT_LIMITS } from '../../../runtime/ledger/sealer-ports';
import { SealerStoppedError } from '../../../runtime/ledger/sealer-stopped-error';
import { entry, SealedLedger, START, signingKey } from './sealed-ledger';

const MERGE_DELAY = DEFAULT_LIMITS.mergeDelayMs;

async function treeSizeOf(world: SealedLedger): Promise<number> {
  const note = parseNote((await world.publication.get('checkpoint')) ?? '');
  expect(checkNote(note, world.signing.key)).toBe('valid');
  return parseCheckpoint(note.text).size;
}

test('seals what was written, signs the tree, and keeps the checkpoint in three places', async () => {
  const world = new SealedLedger();
  await world.write(entry('s-a', 1), entry('s-a', 2), entry('s-b', 1));
  expect(await world.sealer().run()).toEqual({ size: 3, sealed: 3, voids: 0, lagMs: 0 });
  expect(await treeSizeOf(world)).toBe(3);
  const note = await world.publication.get('checkpoint');
  expect(await world.ledger.get(ledgerKey.checkpoint(3))).toBe(note);
  expect(await world.witness.get(ledgerKey.checkpoint(3))).toBe(note);
  const bundle = world.publication.objects.get('tile/entries/000.p/3')?.text ?? Buffer.alloc(0);
  expect(decodeEntryBundle(bundle)).toHaveLength(3);
});

test('seals nothing twice, and nothing if nothing is new', async () => {
  const world = new SealedLedger();
  await world.write(entry('s-a', 1));
  await world.sealer().run();
  world.advance(60_000);
  expect((await world.sealer().run()).sealed).toBe(0);
  await world.write(entry('s-a', 2));
  world.advance(60_000);
  expect(await world.sealer().run()).toMatchObject({ size: 2, sealed: 1 });
});

test('lists the streams of many sessions side by side, each once in a run', async () => {
  const world = new SealedLedger();
  const ids = Array.from({ length: 1500 }, (_, i) => sessionIdAt(world.now, i.toString(16).padStart(13, '0')));
  for (const id of ids) await world.write(entry(id, 1), entry(id, 2), entry(id, 3));
  let open = 0;
  let most = 0;
  const lists: string[] = [];
  const watched = (bucket: ObjectStore): ObjectStore => ({
    get: (key) => bucket.get(key),
    create: (key, text) => bucket.create(key, text),
    put: (key, body, type) => bucket.put(key, body, type),
    listFolders: (prefix, after) => bucket.listFolders(prefix, after),
    async *list(prefix, after) {
      lists.push(prefix);
      open += 1;
      most = Math.max(most, open);
      await setImmediate();
      open -= 1;
      yield* bucket.list(prefix, after);
    },
  });
  const { sealed } = await world.sealer(watched).run();
  expect(sealed).toBe(4500);
  expect(most).toBeGreaterThan(10);
  // The first batch has no room for the last streams, which are listed again.
  expect(lists.length).toBeLessThan(2 * ids.length);
});

test('waits for a missing number, then makes it void for good', async () => {
  const world = new SealedLedger();
  await world.write(entry('s-a', 1), entry('s-a', 3));
  expect((await world.sealer().run()).size).toBe(1);
  world.advance(MERGE_DELAY + 1000);
  expect(await world.sealer().run()).toMatchObject({ size: 3, voids: 1 });
  const parsed = parseEntry((await world.ledger.get(ledgerKey.entry('s-a', 2))) ?? '');
  expect(parsed.ok && parsed.entry.type).toBe('void');
  expect((await world.ledger.create(ledgerKey.entry('s-a', 2), 'late')).created).toBe(false);
});

test('reports how long the oldest unsealed entry has waited, even if it can’t be sealed', async () => {
  const world = new SealedLedger();
  await world.write(entry('s-a', 1), entry('s-a', 3));
  expect((await world.sealer().run()).lagMs).toBe(0);
  world.advance(60_000);
  // Entry 3 waits for the missing one.
  expect(await world.sealer().run()).toMatchObject({ sealed: 0, lagMs: 60_000 });
  world.advance(MERGE_DELAY);
  expect(await world.sealer().run()).toMatchObject({ sealed: 2, lagMs: MERGE_DELAY + 60_000 });
  world.advance(60_000);
  expect(await world.sealer().run()).toMatchObject({ sealed: 0, lagMs: 0 });

  await world.write(entry('s-a', 999_999));
  for (const minute of [1, 2, 3]) {
    world.advance(60_000);
    expect(await world.sealer().run()).toMatchObject({ sealed: 0, lagMs: minute * 60_000 });
  }
});

test('takes the late entry when it came before the merge delay was over', async () => {
  const world = new SealedLedger();
  await world.write(entry('s-a', 1), entry('s-a', 3));
  await world.sealer().run();
  await world.write(entry('s-a', 2));
  world.advance(MERGE_DELAY + 1000);
  expect(await world.sealer().run()).toMatchObject({ size: 3, voids: 0 });
});

test('doesn’t write a million voids because of one planted number', async () => {
  const world = new SealedLedger();
  await world.write(entry('s-a', 1), entry('s-a', 999_999));
  world.advance(MERGE_DELAY + 1000);
  expect((await world.sealer().run()).size).toBe(1);
  expect(world.logged.join()).toMatch(/s-a\/000000999999 can't be sealed/);
});

test('writes a heartbeat when nothing happens', async () => {
  const world = new SealedLedger({ ...DEFAULT_LIMITS, heartbeatMs: 3_600_000 });
  await world.sealer().run();
  world.advance(3_700_000);
  await world.sealer().run();
  expect(await treeSizeOf(world)).toBe(2);
  const parsed = parseEntry((await world.ledger.get(ledgerKey.entry(PLATFORM_STREAM, 2))) ?? '');
  expect(parsed.ok && parsed.entry.type).toBe('heartbeat');
});

test('seals more than one batch and more than one tile in a run', async () => {
  const world = new SealedLedger();
  await world.write(...Array.from({ length: 5000 }, (_, i) => entry('s-a', i + 1)));
  expect(await world.sealer().run()).toMatchObject({ size: 5000 });
  expect(world.publication.objects.has('tile/0/018')).toBe(true);
  expect(world.publication.objects.has('tile/1/000.p/19')).toBe(true);
});

test('killed at any write, it neither forks nor loses entries: the next run ends with the same tree', async () => {
  const make = async () => {
    const world = new SealedLedger();
    await world.write(...Array.from({ length: 300 }, (_, i) => entry('s-a', i + 1)), entry('s-b', 1), entry('s-b', 3));
    world.advance(MERGE_DELAY + 1000);
    return world;
  };
  const calm = await make();
  let writes = 0;
  for (const store of [calm.ledger, calm.publication, calm.witness]) {
    store.beforeWrite = () => {
      writes += 1;
    };
  }
  await calm.sealer().run();
  const wanted = parseCheckpoint(parseNote((await calm.publication.get('checkpoint')) ?? '').text).size;
  expect(writes).toBeGreaterThan(8);

  for (let death = 1; death <= writes; death += 1) {
    const world = await make();
    let count = 0;
    for (const store of [world.ledger, world.publication, world.witness]) {
      store.beforeWrite = (key) => {
        count += 1;
        if (count === death) throw new Error(`killed at ${key}`);
      };
    }
    await expect(world.sealer().run()).rejects.toThrow('killed at');
    world.advance(60_000);
    await world.sealer().run();
    expect({ death, size: await treeSizeOf(world) }).toEqual({ death, size: wanted });
    const checkpoints = [...world.ledger.objects.keys()].filter((key) => key.startsWith('checkpoints/'));
    for (const key of checkpoints) expect(world.witness.objects.has(key)).toBe(true);
  }
}, 60_000);

describe('streams', () => {
  const DAY = 24 * 3_600_000;
  const limits = { ...DEFAULT_LIMITS, heartbeatMs: 3_600_000, streamLifeMs: 15 * DAY };

  test('an id without a time that sorts among old ids is sealed with the next heartbeat', async () => {
    const world = new SealedLedger(limits);
    await world.sealer().run();
    await world.write(entry('s-19', 1));
    world.advance(60_000);
    expect((await world.sealer().run()).sealed).toBe(0);
    world.advance(3_600_000);
    expect((await world.sealer().run()).sealed).toBe(2);
  });

  test('an old session is forgotten, and never sealed a second time', async () => {
    const world = new SealedLedger(limits);
    const old = sessionIdAt(START, 'a'.repeat(13));
    await world.write(entry(old, 1), entry(old, 2));
    await world.sealer().run();
    for (let day = 1; day <= 20; day += 1) {
      world.advance(DAY);
      await world.sealer().run();
    }
    const sealed = await treeSizeOf(world);
    expect(Object.keys(JSON.parse((await world.publication.get('state/sealer.json')) ?? '').streams)).toEqual([
      'platform',
    ]);
    world.advance(-60_000);
    await world.sealer().run();
    world.advance(120_000);
    await world.sealer().run();
    expect(await treeSizeOf(world)).toBe(sealed);
  });
});

test('two sealers at once write one history', async () => {
  const world = new SealedLedger();
  await world.write(...Array.from({ length: 40 }, (_, i) => entry(`s-${i % 7}`, Math.floor(i / 7) + 1)));
  await Promise.all([world.sealer().run(), world.sealer().run(), world.sealer().run()]);
  world.advance(60_000);
  await world.sealer().run();
  expect(await treeSizeOf(world)).toBe(40);
});

test('rebuilds its state from the locked batches when the state is gone or false', async () => {
  const world = new SealedLedger();
  await world.write(...Array.from({ length: 10 }, (_, i) => entry('s-a', i + 1)));
  await world.sealer().run();
  const note = await world.publication.get('checkpoint');
  for (const damage of [undefined, '{"v":1}', 'nonsense']) {
    world.publication.objects.delete('state/sealer.json');
    if (damage !== undefined) await world.publication.put('state/sealer.json', damage);
    world.advance(60_000);
    expect(await world.sealer().run()).toMatchObject({ size: 10 });
    expect(await world.publication.get('checkpoint')).toBe(note);
  }
});

test('stops without signing when a sealed entry changed', async () => {
  const world = new SealedLedger();
  await world.write(entry('s-a', 1), entry('s-a', 2));
  await world.sealer().run();
  world.publication.objects.delete('state/sealer.json');
  const key = ledgerKey.entry('s-a', 1);
  world.ledger.objects.set(key, { text: Buffer.from('{"v":1}'), modified: 0 });
  world.advance(60_000);
  const stopped = await world
    .sealer()
    .run()
    .catch((error: unknown) => error);
  expect(stopped).toBeInstanceOf(SealerStoppedError);
  expect(stopped).toMatchObject({ code: 'LEDGER_ALTERED', message: expect.stringContaining(key) });
});

test('stops when the witness already holds another checkpoint of that size', async () => {
  const world = new SealedLedger();
  await world.write(entry('s-a', 1));
  await world.witness.create(ledgerKey.checkpoint(1), 'example.com/ledger\n1\nAAAA\n');
  await expect(world.sealer().run()).rejects.toMatchObject({ code: 'FORK' });
  expect(await world.publication.get('checkpoint')).toBeUndefined();
});

test('a checkpoint doesn’t verify with another key of the same name', async () => {
  const world = new SealedLedger();
  await world.write(entry('s-a', 1));
  await world.sealer().run();
  const note = parseNote((await world.publication.get('checkpoint')) ?? '');
  expect(checkNote(note, signingKey('example.com/ledger').key)).toBe('foreign_key');
});

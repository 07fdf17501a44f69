import { ledgerKey } from '../../../runtime/core/contracts';
import { batchKey } from '../../../runtime/core/ledger/batch';
import { encodeEntry } from '../../../runtime/core/ledger/entry';
import { verifyLedger } from '../../../runtime/ledger/verify-ledger';
import type { MemoryStore } from './memory-store';
import { entry, SealedLedger, signingKey } from './sealed-ledger';

const MINUTE = 60_000;

/** Three runs of the sealer over two sessions; batches of 4, 3 and 2 leaves. */
async function sealed(): Promise<SealedLedger> {
  const world = new SealedLedger();
  await world.write(...[1, 2, 3].map((seq) => entry('s-a', seq)), entry('s-b', 1));
  await world.sealer().run();
  world.advance(MINUTE);
  await world.write(entry('s-a', 4), entry('s-a', 5), entry('s-b', 2));
  await world.sealer().run();
  world.advance(MINUTE);
  await world.write(entry('s-b', 3), entry('s-b', 4));
  await world.sealer().run();
  return world;
}

async function verdictOf(world: SealedLedger, more: Partial<Parameters<typeof verifyLedger>[1]> = {}) {
  return verifyLedger(
    { ledger: world.ledger, publication: world.publication, witness: world.witness },
    { key: world.signing.key, now: world.now, ...more },
  );
}

async function faultsOf(world: SealedLedger, more: Partial<Parameters<typeof verifyLedger>[1]> = {}) {
  return (await verdictOf(world, more)).faults.map(({ code, place }) => `${code} ${place}`);
}

function write(store: MemoryStore, key: string, text: string, modified = store.now): void {
  store.objects.set(key, { text: Buffer.from(text), modified });
}

function read(store: MemoryStore, key: string): string {
  const found = store.objects.get(key);
  if (!found) throw new Error(`no ${key}`);
  return found.text.toString('utf8');
}

const place = (stream: string, seq: number) => `ledger/${ledgerKey.entry(stream, seq)}`;

test('accuses nobody in a ledger with voids, pending and late entries', async () => {
  const world = await sealed();
  await world.write(entry('s-c', 1), entry('s-c', 3));
  world.advance(6 * MINUTE);
  await world.sealer().run();
  await world.write(entry('s-c', 4), entry('s-d', 1));
  expect(await verdictOf(world)).toMatchObject({ faults: [], entries: 12, voids: 1, pending: 2, checkpoints: 4 });
});

test('names an altered entry', async () => {
  const world = await sealed();
  write(world.ledger, ledgerKey.entry('s-a', 4), encodeEntry(entry('s-a', 4, { actor: 'task/other' })));
  expect(await faultsOf(world)).toEqual([`ENTRY_ALTERED ${place('s-a', 4)}`]);
});

test('names a deleted entry', async () => {
  const world = await sealed();
  world.ledger.objects.delete(ledgerKey.entry('s-b', 1));
  expect(await faultsOf(world)).toEqual([`ENTRY_DELETED ${place('s-b', 1)}`]);
});

test('names two entries that changed places', async () => {
  const world = await sealed();
  const [one, two] = [ledgerKey.entry('s-a', 1), ledgerKey.entry('s-a', 3)];
  const [first, second] = [read(world.ledger, one), read(world.ledger, two)];
  write(world.ledger, one, second);
  write(world.ledger, two, first);
  expect(await faultsOf(world)).toEqual([`ENTRY_MOVED ledger/${one}`, `ENTRY_MOVED ledger/${two}`]);
});

test('names an entry that was put in later', async () => {
  const world = await sealed();
  write(world.ledger, ledgerKey.entry('s-a', 6), encodeEntry(entry('s-a', 6)), world.now - 30 * MINUTE);
  expect(await faultsOf(world)).toEqual([`ENTRY_UNSEALED ${place('s-a', 6)}`]);
});

test('names an object that nothing of the platform writes', async () => {
  const world = await sealed();
  write(world.ledger, 'entries/s-a/4b', '{}');
  expect(await faultsOf(world)).toEqual(['FOREIGN_OBJECT ledger/entries/s-a/4b']);
});

test('finds an entry and its batch altered together: the signature is of another tree', async () => {
  const world = await sealed();
  const forger = new SealedLedger();
  await forger.write(...[1, 2, 3].map((seq) => entry('s-a', seq, { actor: 'forged' })), entry('s-b', 1));
  await forger.sealer().run();
  for (const seq of [1, 2, 3]) {
    write(world.ledger, ledgerKey.entry('s-a', seq), read(forger.ledger, ledgerKey.entry('s-a', seq)));
  }
  write(world.ledger, batchKey(0), read(forger.ledger, batchKey(0)));
  const faults = await faultsOf(world);
  expect(faults).toContain(`FORK ledger/${ledgerKey.checkpoint(4)}`);
  expect(faults).toContain(`FORK witness/${ledgerKey.checkpoint(4)}`);
});

test('finds a ledger that was cut off, by the witness', async () => {
  const world = await sealed();
  for (const key of [ledgerKey.entry('s-b', 3), ledgerKey.entry('s-b', 4), batchKey(7), ledgerKey.checkpoint(9)]) {
    world.ledger.objects.delete(key);
  }
  world.publication.objects.delete('checkpoint');
  expect(await faultsOf(world)).toEqual([`TRUNCATED witness/${ledgerKey.checkpoint(9)}`]);
});

test('finds a missing batch in the middle', async () => {
  const world = await sealed();
  world.ledger.objects.delete(batchKey(4));
  expect(await faultsOf(world)).toContain(`BATCH_MISSING ledger/${batchKey(4)}`);
});

test('finds a whole ledger replaced by one that another key signed', async () => {
  const world = await sealed();
  const other = await sealed();
  const faults = await faultsOf(other, { key: world.signing.key });
  expect(faults).toContain(`KEY_SUBSTITUTED ledger/${ledgerKey.checkpoint(9)}`);
  expect(faults).toContain('KEY_SUBSTITUTED publication/checkpoint');
});

test('finds a broken signature and a text that is no checkpoint', async () => {
  const world = await sealed();
  const key = ledgerKey.checkpoint(7);
  const note = read(world.ledger, key);
  write(world.ledger, key, note.replace('\n7\n', '\n6\n'));
  write(world.ledger, ledgerKey.checkpoint(4), 'hello');
  const faults = await faultsOf(world);
  expect(faults).toContain(`SIGNATURE_INVALID ledger/${key}`);
  expect(faults).toContain(`CHECKPOINT_MALFORMED ledger/${ledgerKey.checkpoint(4)}`);
  expect(faults).toContain(`CHECKPOINT_MISSING ledger/${key}`);
});

test('finds a clock that went back, and a log that fell silent', async () => {
  const world = await sealed();
  world.advance(-MINUTE * 10);
  await world.write(entry('s-e', 1));
  await world.sealer().run();
  expect(await faultsOf(world)).toContain(`CLOCK_ROLLBACK ledger/${batchKey(9)}`);
  world.advance(3 * 60 * MINUTE);
  expect(await faultsOf(world)).toContain('SILENCE ledger/batches');
});

test('finds overwritten and deleted objects by their versions', async () => {
  const world = await sealed();
  async function* versions() {
    yield { key: ledgerKey.entry('s-a', 1), deleted: false };
    yield { key: ledgerKey.entry('s-a', 2), deleted: true };
  }
  const { faults } = await verifyLedger({ ledger: world.ledger, versions }, { key: world.signing.key, now: world.now });
  expect(faults.map(({ code }) => code)).toEqual(['OVERWRITTEN', 'DELETE_MARKER']);
});

test('finds a call whose outcome was never written, and not one that is still open', async () => {
  const world = new SealedLedger();
  const intent = {
    type: 'intent',
    requestId: 'r-1',
    decision: { code: 'ALLOW', policyIds: [], taint: false },
  } as const;
  await world.write(entry('s-a', 1, intent));
  await world.write(entry('s-a', 2, { ...intent, requestId: 'r-2' }));
  await world.write(entry('s-a', 3, { type: 'outcome', requestId: 'r-2' }));
  await world.sealer().run();
  expect(await faultsOf(world, { openCallMs: 60 * MINUTE })).toEqual([]);
  expect(await faultsOf(world, { openCallMs: 1000, now: world.now + 10 * MINUTE })).toEqual([
    `INTENT_WITHOUT_OUTCOME ${place('s-a', 1)}`,
  ]);
});

test('trusts no key but the one it is given', async () => {
  const world = await sealed();
  const { faults } = await verdictOf(world, { key: signingKey('example.com/ledger').key });
  expect(faults.length).toBeGreaterThan(3);
});

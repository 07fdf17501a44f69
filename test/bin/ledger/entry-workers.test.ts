import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import path from 'node:path';
import { EntryWorkers, suitableThreads } from '../../../bin/ledger/entry-workers';
import { FolderStore } from '../../../bin/ledger/folder-store';
import { StoredLedger } from '../../../bin/ledger/stored-ledger';
import type { AuditReport } from '../../../runtime/core/audit/verify-ledger';
import { ledgerKey } from '../../../runtime/core/contracts';
import { audit, honestLedger } from '../../runtime/ledger/audited-ledger';
import { FAULTS } from '../../runtime/ledger/faults';
import { MemorySource } from '../../runtime/ledger/memory-source';
import { entry, SealedLedger } from '../../runtime/ledger/sealed-ledger';
import { randomFrom } from '../../seed';

const scratch = mkdtempSync(path.join(tmpdir(), 'entry-workers-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const PARTS = ['ledger', 'publication', 'witness'] as const;

/** Replaces the files of a copy of one ledger by the files of another ledger. */
function rewrite(folder: string, from: MemorySource | undefined, to: MemorySource): void {
  for (const part of PARTS) {
    for (const key of from?.[part].keys() ?? []) if (!to[part].has(key)) rmSync(path.join(folder, part, key));
    for (const [key, object] of to[part]) {
      if (from?.[part].get(key) === object) continue;
      const file = path.join(folder, part, key);
      mkdirSync(path.dirname(file), { recursive: true });
      writeFileSync(file, object.text);
      utimesSync(file, object.modified / 1000, object.modified / 1000);
    }
  }
}

function written(source: MemorySource): string {
  const folder = mkdtempSync(path.join(scratch, 'copy-'));
  rewrite(folder, undefined, source);
  return folder;
}

function audited(
  world: SealedLedger,
  source: MemorySource,
  folder: string,
  workers?: EntryWorkers,
): Promise<AuditReport> {
  const store = (part: (typeof PARTS)[number]) => new FolderStore(path.join(folder, part));
  const ledger = new StoredLedger({
    ledger: store('ledger'),
    publication: store('publication'),
    witness: store('witness'),
    history: () => source.history(),
    entries: workers && ((keys, withContent) => workers.read(keys, withContent)),
  });
  return audit(world, ledger);
}

async function auditedBy(threads: number, world: SealedLedger, source: MemorySource, folder: string) {
  const workers = new EntryWorkers(path.join(folder, 'ledger'), threads);
  try {
    return await audited(world, source, folder, workers);
  } finally {
    await workers.close();
  }
}

describe('however many threads read, the report is the same', () => {
  let world: SealedLedger;
  let folder: string;
  let workers: EntryWorkers;
  afterAll(() => workers.close());
  beforeAll(async () => {
    world = await honestLedger(600, randomFrom(5));
    folder = written(new MemorySource(world));
    workers = new EntryWorkers(path.join(folder, 'ledger'), 2);
  });

  test('of an honest ledger', async () => {
    const source = new MemorySource(world);
    const alone = await audited(world, source, folder);
    expect(alone).toMatchObject({ findings: [], openCalls: 0 });
    for (const threads of [1, 3]) expect(await auditedBy(threads, world, source, folder)).toEqual(alone);
  });

  test.each(Object.entries(FAULTS))('%s', async (_, inject) => {
    for (let round = 1; round <= 3; round += 1) {
      const honest = new MemorySource(world);
      const source = new MemorySource(world);
      const expected = inject(source, randomFrom(round), world);
      rewrite(folder, honest, source);
      const alone = await audited(world, source, folder);
      expect(alone.findings).toContainEqual(expect.objectContaining(expected));
      expect(await audited(world, source, folder, workers)).toEqual(alone);
      rewrite(folder, source, honest);
    }
  });

  test('where entries are nonsense, empty, not UTF-8, misplaced, or hand the log over without a signature', async () => {
    const odd = new SealedLedger();
    const put = (seq: number, text: string) => odd.ledger.create(ledgerKey.entry('s-a', seq), text);
    await put(1, '{"v":2}');
    await put(2, '');
    await put(3, 'null');
    await put(4, '\ufffd\u0000');
    await put(5, JSON.stringify(entry('s-b', 1)));
    await put(6, JSON.stringify(entry('s-a', 6, { type: 'key_rotation', rotation: { key: 'x', note: 'y' } })));
    await odd.write(entry('s-a', 7, { requestId: 'r-1', type: 'intent' }));
    await odd.sealer().run();
    const source = new MemorySource(odd);
    source.ledger.set(ledgerKey.entry('s-a', 4), { text: Buffer.from([0xff, 0x00]), modified: 0 });
    const oddFolder = written(source);
    const alone = await audited(odd, source, oddFolder);
    expect(alone.findings.length).toBeGreaterThan(4);
    expect(alone.openCalls).toBe(1);
    expect(await auditedBy(2, odd, source, oddFolder)).toEqual(alone);
  });
});

test('if a thread can’t read a file, the audit fails and reports no missing entry', async () => {
  const folder = path.join(scratch, 'unreadable');
  mkdirSync(path.join(folder, 'entries'), { recursive: true });
  const workers = new EntryWorkers(folder, 2);
  try {
    expect(await workers.read(['entries', 'entries/none', '../../../etc/passwd'], true)).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  } finally {
    await workers.close();
  }
  await expect(workers.read(['entries/none'], false)).rejects.toThrow('A thread that reads entries ended.');
});

test('a small copy, or none, is read by one thread', () => {
  expect(suitableThreads(path.join(scratch, 'nowhere'))).toBe(1);
  const large = path.join(scratch, 'large');
  mkdirSync(path.join(large, 'batches'), { recursive: true });
  for (const from of ['000000000000', '000000004096', 'x']) writeFileSync(path.join(large, 'batches', from), '');
  expect(suitableThreads(large)).toBe(1);
  writeFileSync(path.join(large, 'batches', '000000200704'), '');
  expect(suitableThreads(large)).toBe(availableParallelism());
});

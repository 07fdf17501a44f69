import type { LedgerSource } from '../../../../runtime/core/audit/ledger-source';
import { ledgerKey } from '../../../../runtime/core/contracts';
import { type Batch, encodeBatch, parseBatch } from '../../../../runtime/core/ledger/batch';
import { encodeEntry } from '../../../../runtime/core/ledger/entry';
import { hashLeaf } from '../../../../runtime/core/merkle/hash';
import { DEFAULT_LIMITS } from '../../../../runtime/ledger/sealer-ports';
import { randomFrom } from '../../../seed';
import { audit, honestLedger } from '../../ledger/audited-ledger';
import { FAULTS } from '../../ledger/faults';
import { MemorySource } from '../../ledger/memory-source';
import { entry, SealedLedger, signingKey } from '../../ledger/sealed-ledger';

let world: SealedLedger;
beforeAll(async () => {
  world = await honestLedger(600, randomFrom(1));
});

test('reports nothing about honest ledgers: late, repeated, wrongly timed and missing writes are no faults', async () => {
  for (let round = 1; round <= 10; round += 1) {
    const honest = await honestLedger(200, randomFrom(round));
    const report = await audit(honest, new MemorySource(honest));
    expect({ round, findings: report.findings }).toEqual({ round, findings: [] });
    expect(report.size).toBeGreaterThanOrEqual(200);
    expect(report).toMatchObject({ pending: 0, openCalls: 0, witnessed: true });
  }
});

test.each(['.DS_Store', '._000000000001', 'Thumbs.db', '000000000001~'])(
  'an object %s in the bucket is inserted: no operating system stores its files there',
  async (name) => {
    const source = new MemorySource(world);
    source.write(`entries/s-0/${name}`, '{}');
    const report = await audit(world, source);
    expect(report.findings.map(({ code, where }) => `${code} ${where}`)).toEqual([
      `ENTRY_INSERTED entries/s-0/${name}`,
    ]);
    expect(report.strayFiles).toEqual([]);
  },
);

test('verifies with the public key alone, without witness and published tiles', async () => {
  const source = new MemorySource(world);
  const report = await audit(world, Object.assign(source, { witnessed: undefined, published: undefined }));
  expect(report.findings).toEqual([]);
  expect(report.size).toBeGreaterThan(600);
});

test('reports nothing about a ledger that grew by several batches while it was read', async () => {
  const growing = new SealedLedger(DEFAULT_LIMITS);
  const seal = async (seq: number) => {
    await growing.write(entry('s-a', seq));
    await growing.sealer().run();
    growing.advance(60_000);
  };
  await seal(1);
  await seal(2);
  const begun = growing.now;
  const before = new MemorySource(growing);
  await seal(3);
  await seal(4);
  await seal(5);
  const after = new MemorySource(growing);
  const source: LedgerSource = {
    read: (keys) => after.read(keys),
    list: (prefix) => (prefix === 'checkpoints/' ? before : after).list(prefix),
    witnessed: () => after.witnessed(),
    published: (path) => before.published(path),
  };
  const report = await audit(growing, source, { now: begun });
  expect(report.findings).toEqual([]);
  expect(report.size).toBe(6);
});

describe.each(Object.entries(FAULTS))('%s', (_name, inject) => {
  test.each([1, 2, 3, 4, 5])(
    'is found with its code and place, and nothing else is reported (round %i)',
    async (round) => {
      const source = new MemorySource(world);
      const expected = inject(source, randomFrom(round), world);
      const { findings } = await audit(world, source);
      expect(findings).toContainEqual(expect.objectContaining(expected));
      expect(findings.filter(({ code }) => code !== expected.code)).toEqual([]);
    },
  );
});

const codesOf = (findings: readonly { code: string }[]) => findings.map(({ code }) => code);

describe('faults that no single object shows', () => {
  test('a ledger that another key signed completely is found, and no leaf of it is verified', async () => {
    const stranger = signingKey(world.signing.key.name);
    const report = await audit(world, new MemorySource(world), { key: stranger.key });
    expect(report.size).toBe(0);
    expect(new Set(codesOf(report.findings))).toEqual(new Set(['KEY_SUBSTITUTED']));
  });

  test('an empty ledger has a finding', async () => {
    const empty = new SealedLedger();
    const report = await audit(empty, new MemorySource(empty));
    expect(codesOf(report.findings)).toEqual(['CHECKPOINT_MISSING']);
  });

  test('an end that is cut off everywhere shows by missing heartbeats', async () => {
    const report = await audit(world, new MemorySource(world), { now: world.now + 3 * 3_600_000 });
    expect(report.findings).toEqual([
      expect.objectContaining({ code: 'HEARTBEAT_MISSING', where: 'the end of the log' }),
    ]);
  });

  test('a checkpoint that the auditor kept shows that the ledger was replaced', async () => {
    const kept = world.publication.objects.get('checkpoint')?.text.toString() ?? '';
    const other = new SealedLedger(DEFAULT_LIMITS);
    await other.write(entry('s-new', 1));
    await other.sealer().run();
    const source = new MemorySource(other);
    const anew = await audit(other, source, { key: world.signing.key, kept: [kept] });
    expect(codesOf(anew.findings)).toContain('KEY_SUBSTITUTED');
    expect(anew.findings).toContainEqual(
      expect.objectContaining({ code: 'TRUNCATED', where: 'auditor: kept checkpoint 1' }),
    );
  });

  test('a change in entry, batch and tiles together is found, but not its exact place', async () => {
    const source = new MemorySource(world);
    const at = source.keys('batches/')[1];
    const batch = parseBatch(source.text(at));
    const key = ledgerKey.entry(batch.runs[0].stream, batch.runs[0].first);
    source.write(key, source.text(key).replace('"v":1', '"v":1 '));
    const hashes = [hashLeaf(source.text(key)), ...batch.hashes.slice(1)];
    source.write(at, encodeBatch({ ...batch, hashes } as Batch));
    source.publication.clear();
    const { findings } = await audit(world, Object.assign(source, { published: undefined }));
    expect(findings).toEqual([
      expect.objectContaining({ code: 'TREE_ALTERED', where: ledgerKey.checkpoint(batch.to), leaf: batch.from }),
    ]);
    expect(findings[0].message).toContain(`${batch.from} to ${batch.to - 1}`);
  });

  test('a sealer whose clock goes backwards is found', async () => {
    const back = new SealedLedger(DEFAULT_LIMITS);
    await back.write(entry('s-a', 1));
    await back.sealer().run();
    back.advance(-3_600_000);
    await back.write(entry('s-b', 1));
    await back.sealer().run();
    back.advance(3_700_000);
    const { findings } = await audit(back, new MemorySource(back));
    expect(findings).toEqual([expect.objectContaining({ code: 'CLOCK_ROLLBACK', where: 'batches/000000000002' })]);
  });

  test('a sealer that did not run for hours is found', async () => {
    const still = new SealedLedger(DEFAULT_LIMITS);
    await still.sealer().run();
    still.advance(5 * 3_600_000);
    await still.sealer().run();
    const { findings } = await audit(still, new MemorySource(still));
    expect(findings).toEqual([expect.objectContaining({ code: 'HEARTBEAT_MISSING', where: 'batches/000000000001' })]);
  });
});

describe('faults of writers', () => {
  const audited = async (write: (honest: SealedLedger) => Promise<void>, waitMs = 60_000) => {
    const honest = new SealedLedger(DEFAULT_LIMITS);
    await write(honest);
    await honest.sealer().run();
    for (let waited = 0; waited < waitMs; waited += 3_600_000) {
      honest.advance(Math.min(3_600_000, waitMs - waited));
      await honest.sealer().run();
    }
    return audit(honest, new MemorySource(honest));
  };
  const ask = { type: 'intent', requestId: 'r-1', decision: { code: 'ASK', policyIds: [], taint: true } } as const;
  const decided = (code: 'APPROVED' | 'DENIED' | 'EXPIRED') =>
    ({ type: 'decision', requestId: 'r-1', decision: { code, policyIds: [], taint: true } }) as const;
  const allowed = { ...ask, decision: { ...ask.decision, code: 'ALLOW' } } as const;
  const hour = 3_600_000;

  test.each([
    ['a call that never ended', [allowed], 2 * hour, ['INTENT_WITHOUT_OUTCOME']],
    ['a call that may still end', [allowed], 600_000, []],
    ['an approved call that never ended', [ask, decided('APPROVED')], 2 * hour, ['INTENT_WITHOUT_OUTCOME']],
    ['a denied call', [ask, decided('DENIED')], 2 * hour, []],
    ['an expired call', [ask, decided('EXPIRED')], 2 * hour, []],
    ['a call that waits for a person', [ask], 2 * hour, []],
    ['a call that waits for a person too long', [ask], 9 * 24 * hour, ['INTENT_WITHOUT_OUTCOME']],
  ] as const)('%s', async (_, entries, waitMs, codes) => {
    const { findings } = await audited(
      (honest) => honest.write(...entries.map((more, i) => entry('s-a', i + 1, more))),
      waitMs,
    );
    expect(codesOf(findings)).toEqual(codes);
    for (const { where } of findings) expect(where).toBe(ledgerKey.entry('s-a', 1));
  });

  test('an entry under another key than its own', async () => {
    const { findings } = await audited(async (honest) => {
      await honest.ledger.create(ledgerKey.entry('s-a', 1), encodeEntry(entry('s-b', 1)));
    });
    expect(findings).toEqual([expect.objectContaining({ code: 'ENTRY_MISPLACED', where: ledgerKey.entry('s-a', 1) })]);
  });

  test('an object that is not an entry', async () => {
    const { findings } = await audited(async (honest) => {
      await honest.ledger.create(ledgerKey.entry('s-a', 1), '{"v":2}');
    });
    expect(findings).toEqual([expect.objectContaining({ code: 'ENTRY_MALFORMED', where: ledgerKey.entry('s-a', 1) })]);
  });

  test('an entry that waits for its seal is counted, not reported', async () => {
    const honest = new SealedLedger(DEFAULT_LIMITS);
    await honest.write(entry('s-a', 1));
    await honest.sealer().run();
    await honest.write(entry('s-a', 2));
    expect(await audit(honest, new MemorySource(honest))).toMatchObject({ pending: 1, findings: [] });
  });
});

import { audit, honestLedger } from '../runtime/ledger/audited-ledger';
import { FAULTS } from '../runtime/ledger/faults';
import { MemorySource } from '../runtime/ledger/memory-source';
import type { SealedLedger } from '../runtime/ledger/sealed-ledger';
import { randomFrom } from '../seed';

const ENTRIES = 10_000;
/** Fewer for a quick look: `LEDGER_FAULT_SEEDS=5`. */
const TIMES = Number(process.env.LEDGER_FAULT_SEEDS ?? 100);

let world: SealedLedger;
beforeAll(async () => {
  world = await honestLedger(ENTRIES, randomFrom(7));
}, 600_000);

test.each(Object.entries(FAULTS))(
  `%s: found with the right code and place ${TIMES} times out of ${TIMES}`,
  async (_, inject) => {
    for (let seed = 1; seed <= TIMES; seed += 1) {
      const source = new MemorySource(world);
      const expected = inject(source, randomFrom(seed), world);
      const { findings } = await audit(world, source);
      expect({ seed, findings }).toEqual({
        seed,
        findings: expect.arrayContaining([expect.objectContaining(expected)]),
      });
      expect({ seed, others: findings.filter(({ code }) => code !== expected.code) }).toEqual({ seed, others: [] });
    }
  },
  3_600_000,
);

test(`reports nothing about ${TIMES} honest ledgers with late, repeated and wrongly timed writes`, async () => {
  for (let seed = 1; seed <= TIMES; seed += 1) {
    const honest = await honestLedger(ENTRIES, randomFrom(1000 + seed));
    const { findings } = await audit(honest, new MemorySource(honest));
    expect({ seed, findings }).toEqual({ seed, findings: [] });
  }
}, 3_600_000);

test(`names each of ${TIMES} calls at random places whose outcome was never written`, async () => {
  const random = randomFrom(99);
  const unfinished: string[] = [];
  const world = await honestLedger(ENTRIES, randomFrom(8), (key) => {
    if (unfinished.length >= TIMES || random() > (3 * TIMES) / ENTRIES) return true;
    unfinished.push(key);
    return false;
  });
  expect(unfinished).toHaveLength(TIMES);
  // An execution may take an hour. A missing heartbeat is reported after two.
  const { findings } = await audit(world, new MemorySource(world), { now: world.now + 100 * 60_000 });
  expect(findings.map(({ code, where }) => `${code} ${where}`).sort()).toEqual(
    unfinished.map((key) => `INTENT_WITHOUT_OUTCOME ${key}`).sort(),
  );
}, 3_600_000);

import { audit, honestLedger } from '../runtime/ledger/audited-ledger';
import { FAULTS } from '../runtime/ledger/faults';
import { MemorySource } from '../runtime/ledger/memory-source';
import type { SealedLedger } from '../runtime/ledger/sealed-ledger';
import { casesPerSeed, randomFrom } from '../seed';

const ENTRIES = 10_000;
/** Fewer for a quick look: `LEDGER_FAULT_ROUNDS=5`. */
const TIMES = Number(process.env.LEDGER_FAULT_ROUNDS ?? casesPerSeed(100, 1));

let world: SealedLedger;
beforeAll(async () => {
  world = await honestLedger(ENTRIES, randomFrom(7));
}, 600_000);

test.each(Object.entries(FAULTS))(
  `%s: found with the right code and place ${TIMES} times out of ${TIMES}`,
  async (_, inject) => {
    for (let round = 1; round <= TIMES; round += 1) {
      const source = new MemorySource(world);
      const expected = inject(source, randomFrom(round), world);
      const { findings } = await audit(world, source);
      expect({ round, findings }).toEqual({
        round,
        findings: expect.arrayContaining([expect.objectContaining(expected)]),
      });
      expect({ round, others: findings.filter(({ code }) => code !== expected.code) }).toEqual({ round, others: [] });
    }
  },
  3_600_000,
);

test(`reports nothing about ${TIMES} honest ledgers with late, repeated and wrongly timed writes`, async () => {
  for (let round = 1; round <= TIMES; round += 1) {
    const honest = await honestLedger(ENTRIES, randomFrom(1000 + round));
    const { findings } = await audit(honest, new MemorySource(honest));
    expect({ round, findings }).toEqual({ round, findings: [] });
  }
}, 3_600_000);

test(`names each of ${TIMES} calls at random places whose outcome was never written`, async () => {
  const random = randomFrom(99);
  // Half of the entries are calls. 2 % of these conclude late, and honestLedger doesn't ask about them.
  const places = new Set<number>();
  while (places.size < TIMES) places.add(Math.floor(random() * ENTRIES * 0.4));
  let calls = 0;
  const unfinished: string[] = [];
  const world = await honestLedger(ENTRIES, randomFrom(8), (key) => {
    calls += 1;
    if (!places.has(calls - 1)) return true;
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

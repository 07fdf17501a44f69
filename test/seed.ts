import fc from 'fast-check';

/** Gives the same cases on every machine. */
const DEFAULT_SEED = 20260901;

/**
 * The seeds that `TEST_SEED` asks for: one, such as `7`, or a range, such as `1..100`.
 * @throws Error unless each is a whole number of 32 bits, as fast-check's seeds are
 */
export function readSeeds(text: string | undefined): [number, ...number[]] {
  if (text === undefined || text === '') return [DEFAULT_SEED];
  const [, first, last] = /^(-?\d+)(?:\.\.(\d+))?$/.exec(text) ?? [];
  const [from, to] = [Number(first), Number(last ?? first)];
  if (from !== (from | 0) || to !== (to | 0) || to < from) {
    throw new Error(
      `TEST_SEED is "${text}". Write a whole number from -2147483648 to 2147483647, a range such as 1..100, or random.`,
    );
  }
  return [from, ...Array.from({ length: to - from }, (_, i) => from + 1 + i)];
}

const SEEDS = readSeeds(process.env.TEST_SEED);
let [seed] = SEEDS;
/** Whether a random case was generated since this was last set to false. */
let drawn = false;

// Every fc.assert and fc.sample reads this, because no test gives a seed of its own.
fc.configureGlobal({
  ...fc.readConfigureGlobal(),
  get seed() {
    drawn = true;
    return seed;
  },
});

export { fc };

/**
 * Numbers from 0 to below 1 (mulberry32), for generators that aren't fast-check's.
 * @param stream tells apart the generators of one seed: each number gives other cases
 */
export function randomFrom(stream: number): () => number {
  drawn = true;
  let state = Math.imul(seed ^ Math.imul(stream, 0x9e3779b1), 0x85ebca6b);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * The number of cases for one seed of a test that runs for long. A range of seeds shares the cases among its seeds, so that a hundred
 * seeds don't take a hundred times as long.
 * @param total cases with one seed
 * @param least cases that each seed needs, such as enough for its rare cases to occur
 */
export function casesPerSeed(total: number, least: number): number {
  return Math.max(least, Math.ceil(total / SEEDS.length));
}

type Body<Args extends unknown[]> = (...args: Args) => unknown;

/** Runs a test once for each seed, but only once if it generates nothing. */
function forEachSeed<Args extends unknown[]>(body: Body<Args>): (...args: Args) => Promise<void> {
  return async (...args) => {
    for (seed of SEEDS) {
      drawn = false;
      try {
        await body(...args);
      } catch (error) {
        throw new Error(`With TEST_SEED=${seed}: ${error instanceof Error ? error.message : error}`, { cause: error });
      }
      if (!drawn) return;
    }
  };
}

// A range repeats the tests of this file in one process, which is much faster than a process for each seed.
// Hooks such as beforeAll run once, with the first seed.
if (SEEDS.length > 1) {
  const once = globalThis.test;
  const timeout = (ms = 60_000) => ms * SEEDS.length;
  const repeated = (name: string, body: Body<[]>, ms?: number) => once(name, forEachSeed(body), timeout(ms));
  const each =
    (...table: [readonly unknown[]]) =>
    (name: string, body: Body<unknown[]>, ms?: number) =>
      once.each(...table)(name, forEachSeed(body), timeout(ms));
  globalThis.test = Object.assign(repeated, once, { each }) as unknown as jest.It;
  globalThis.it = globalThis.test;
}

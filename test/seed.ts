import fc from 'fast-check';

/** Runs the same cases on every machine. `TEST_SEED=7` runs others, `TEST_SEED=random` takes a fresh seed and prints it. */
const DEFAULT_SEED = 20260901;

/** @throws Error unless the text is a whole number of 32 bits, as fast-check's seeds are */
export function seedOf(text: string | undefined): number {
  if (text === undefined || text === '') return DEFAULT_SEED;
  const seed = Number(text);
  if (seed === (seed | 0)) return seed;
  throw new Error(`TEST_SEED is "${text}". Write a whole number from -2147483648 to 2147483647, or random.`);
}

const SEED = seedOf(process.env.TEST_SEED);

// Holds for every fc.assert and fc.sample that doesn't give a seed of its own, and no test does.
fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: SEED });

export { fc };

/**
 * Numbers from 0 to below 1 (mulberry32) for a generator that isn't fast-check's.
 * @param stream tells apart the generators of a file: each number gives other cases of the same seed
 */
export function randomFrom(stream: number): () => number {
  let state = Math.imul(SEED ^ Math.imul(stream, 0x9e3779b1), 0x85ebca6b);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

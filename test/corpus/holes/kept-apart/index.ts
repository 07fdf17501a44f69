import type { Resources } from '../../../lib/prove/quickstart-template';
import { isKeptApart } from '../mutators';
import { holesFrom } from '../mutators/mutated-holes';
import type { CorpusHole } from '../mutation';

/** Holes of each mutator that are measured as one number. */
const APART = 5;

/**
 * A sample of what the mutators make, of which nobody looks at a single one: whoever writes claims and rules sees only how many of them
 * are named. A hole that was looked at says how well a list was worked off, and not how well the next one is found.
 */
export function holesKeptApart(resources: Resources): CorpusHole[] {
  return holesFrom(resources, APART, isKeptApart);
}

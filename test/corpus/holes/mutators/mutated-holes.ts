import type { Resources } from '../../../lib/prove/quickstart-template';
import type { CorpusHole } from '../mutation';
import { type Candidate, candidatesFor, isKeptApart, sampleOf } from '.';

/** Holes of each mutator that are measured one by one. */
const SHOWN = 15;

/** A sample of what each mutator makes of a template, without what is kept apart. */
export function mutatedHoles(resources: Resources): CorpusHole[] {
  return holesFrom(resources, SHOWN, (candidate) => !isKeptApart(candidate));
}

/** A sample of each mutator's candidates of which something holds. The clause is the mutator. */
export function holesFrom(resources: Resources, size: number, keep: (candidate: Candidate) => boolean): CorpusHole[] {
  return Object.entries(candidatesFor(resources)).flatMap(([clause, candidates]) =>
    sampleOf(candidates.filter(keep), size).map((candidate) => ({ ...candidate, clause })),
  );
}

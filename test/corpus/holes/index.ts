import { CLOSED_WORLD } from './closed-world';
import { CODE, ENVIRONMENT, PLACEMENT } from './code-and-environment';
import { CASES, HIDDEN } from './hidden-and-cases';
import type { CorpusHole } from './mutation';
import { ENDPOINTS, LOCK, NAMES, PEOPLE } from './network-and-people';

/** Every hole of the list, in the order of its clauses. */
export const CORPUS_HOLES: readonly CorpusHole[] = [
  ...CLOSED_WORLD,
  ...CODE,
  ...ENVIRONMENT,
  ...PLACEMENT,
  ...NAMES,
  ...ENDPOINTS,
  ...PEOPLE,
  ...LOCK,
  ...HIDDEN,
  ...CASES,
];

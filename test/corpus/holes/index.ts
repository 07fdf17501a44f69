import { ALARMS, OWN_ALARMS } from './alarms';
import { CLOSED_WORLD } from './closed-world';
import { CODE, ENVIRONMENT, PLACEMENT } from './code-and-environment';
import { CASES, HIDDEN } from './hidden-and-cases';
import { LEFT_OPEN } from './left-open';
import type { CorpusHole, Mutation } from './mutation';
import { NEIGHBOURS } from './neighbours';
import { ENDPOINTS, LOCK, NAMES, PEOPLE } from './network-and-people';
import { OWN_CHANGES } from './own-changes';

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
  ...ALARMS,
  ...LEFT_OPEN,
];

/** Every change that leaves the runtime as safe as it was. */
export const HARMLESS_CHANGES: readonly Mutation[] = [...NEIGHBOURS, ...OWN_CHANGES, ...OWN_ALARMS];

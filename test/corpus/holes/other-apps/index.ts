import { OF_AGENTS, OF_DESKS } from './agents-and-desks';
import { OF_CONNECTORS, OF_RECORDS, OF_SANDBOXES } from './connectors-and-records';
import type { OtherHole } from './dug-app';
import { FOUND_BY_MUTATORS } from './found-by-mutators';

export { OTHER_APPS, type OtherApp, type Stack } from './apps';
export { DugApp, type OtherHole, type OtherMutation } from './dug-app';
export { HARMLESS } from './harmless';

/** Every hole in apps beside the quickstart. */
export const OTHER_HOLES: readonly OtherHole[] = [
  ...OF_AGENTS,
  ...OF_DESKS,
  ...OF_CONNECTORS,
  ...OF_SANDBOXES,
  ...OF_RECORDS,
  ...FOUND_BY_MUTATORS,
];

import { OF_AGENTS, OF_DESKS } from './agents-and-desks';
import { OF_CONNECTORS, OF_RECORDS, OF_SANDBOXES } from './connectors-and-records';
import type { OtherHole, OtherMutation } from './dug-app';
import { FOUND_BY_MUTATORS } from './found-by-mutators';
import { HARMLESS as FIRST_HARMLESS } from './harmless';
import { SECOND_HARMLESS } from './second-harmless';
import { SECOND_LOOK } from './second-look';
import { THIRD_LOOK } from './third-look';
import { THIRD_HARMLESS } from './third-harmless';

export { OTHER_APPS, type OtherApp, type Stack } from './apps';
export { DugApp, type OtherHole, type OtherMutation } from './dug-app';

/** Every hole in apps beside the quickstart. */
export const OTHER_HOLES: readonly OtherHole[] = [
  ...OF_AGENTS,
  ...OF_DESKS,
  ...OF_CONNECTORS,
  ...OF_SANDBOXES,
  ...OF_RECORDS,
  ...FOUND_BY_MUTATORS,
  ...SECOND_LOOK,
  ...THIRD_LOOK,
];

/** Every change of those apps that leaves them as safe as they were. */
export const HARMLESS: readonly OtherMutation[] = [...FIRST_HARMLESS, ...SECOND_HARMLESS, ...THIRD_HARMLESS];

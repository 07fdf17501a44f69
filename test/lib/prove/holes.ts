import type { Hole } from './hole';
import { HOLES_AT_PARTS } from './holes-at-parts';
import { CHANGES_FROM_BESIDE } from './holes-from-beside';
import { HOLES_IN_NETWORK } from './holes-in-network';
import { HOLES_IN_PERMISSIONS } from './holes-in-permissions';
import { HOLES_UNDER_CONDITIONS } from './holes-under-conditions';

/** Every hole. */
export const HOLES: readonly Hole[] = [
  ...HOLES_IN_NETWORK,
  ...HOLES_IN_PERMISSIONS,
  ...CHANGES_FROM_BESIDE,
  ...HOLES_AT_PARTS,
  ...HOLES_UNDER_CONDITIONS,
];

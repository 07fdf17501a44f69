import type { Assembly } from '../../template/index';
import { balancerEntrances } from './entrances/balancers';
import type { Entrance } from './entrances/entrance';
import { httpEntrances } from './entrances/http-apis';
import { publicServiceEntrances } from './entrances/public-services';
import { restEntrances } from './entrances/rest-apis';
import { serverlessEntrances } from './entrances/serverless-events';

/** Every way from the internet into an app on which nobody is asked who they are, except function URLs. */
export function openEntrancesOf(assembly: Assembly): readonly Entrance[] {
  let known = KNOWN.get(assembly);
  if (known === undefined) {
    known = [
      ...httpEntrances(assembly),
      ...restEntrances(assembly),
      ...serverlessEntrances(assembly),
      ...balancerEntrances(assembly),
      ...publicServiceEntrances(assembly),
    ];
    KNOWN.set(assembly, known);
  }
  return known;
}

const KNOWN = new WeakMap<Assembly, readonly Entrance[]>();

import type { Path } from '../template/network/reach';
import type { Part } from './part';
import type { RuntimeParts } from './runtime-parts';

/** Why a path is meant to be; undefined when nothing explains it. */
export function explain(parts: RuntimeParts, path: Path): string | undefined {
  const part = parts.ofWorkload(path.workload);
  if (part === undefined) return 'not a part of the runtime: what it reaches is the app’s own affair';
  if (path.kind === 'endpoint') return 'an endpoint with a policy';
  if (path.kind === 'internet' && path.via.includes(OUTSIDE)) return outside(part);
  if (path.kind === 'firewall' && isOfInternet(part)) {
    return 'behind the network firewall, which lets its host names pass';
  }
  return undefined;
}

/** The way of a function that is in no VPC. */
export const OUTSIDE = 'a function in no subnet';

function outside(part: Part): string | undefined {
  if (isOfInternet(part)) return 'a connector without connectorEgress: only its own code keeps it to its base URL';
  if (part.kind === 'session launcher') return 'without launcherInNetwork, for one ECS call a session';
  if (part.kind === 'AWS CDK') return 'AWS CDK’s own: empties the default security group at deployment';
  return undefined;
}

/** A connector that calls a system on the internet: those that act on AWS resources are configured with them. */
function isOfInternet({ kind, workload }: Part): boolean {
  if (kind !== 'connector' || workload === undefined) return false;
  return workload
    .property('Environment', 'Variables')
    .every(({ value }) => !Object.keys((value ?? {}) as object).some((name) => /^RESOURCE_\d+$/.test(name)));
}

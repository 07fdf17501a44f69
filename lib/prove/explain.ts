import type { Part } from '../checks/facts/part';
import { variablesOf } from '../checks/facts/variables';
import { NO_SUBNET, type Path } from '../template/network/reach';
import type { RuntimeParts } from './runtime-parts';

/** The reason for a path; undefined when nothing explains it. */
export function explain(parts: RuntimeParts, path: Path): string | undefined {
  const part = parts.ofWorkload(path.workload);
  // Nothing explains a path of code that a model wrote.
  if (part?.kind === 'code sandbox') return undefined;
  if (part === undefined) return 'not a part of the runtime: the app decides what it reaches';
  if (path.kind === 'endpoint') return 'an endpoint with a policy';
  if (path.kind === 'internet' && path.via.includes(NO_SUBNET)) return outside(part);
  if (path.kind === 'firewall' && isOfInternet(part)) {
    return 'through the network firewall, which allows its host names only';
  }
  return undefined;
}

function outside(part: Part): string | undefined {
  if (isOfInternet(part)) return 'a connector without connectorEgress: only its own code keeps it to its base URL';
  if (part.kind === 'webhook notifier') return 'a webhook of `approvals.notifications`: it gets ids of requests only';
  if (part.kind === 'web desk') return 'the web desk: only its own code keeps it to the issuer of `approvals.signIn`';
  if (part.kind === 'session launcher')
    return 'without launcherInNetwork, for one ECS call a session and to find its documents';
  if (part.kind === 'session sweep') return 'without launcherInNetwork, for ECS calls that stop tasks';
  if (part.kind === 'operator desk') return 'without launcherInNetwork, for ECS calls of operators';
  if (part.kind === 'AWS CDK') return 'AWS CDK’s own function: it empties the default security group at deployment';
  return undefined;
}

/** A connector to a host on the internet. Connectors to AWS resources have variables with their names. */
export function isOfInternet({ kind, workload }: Part): boolean {
  if (kind !== 'connector' || workload === undefined) return false;
  return !variablesOf(workload).some(({ name }) => /^RESOURCE_\d+$/.test(name));
}

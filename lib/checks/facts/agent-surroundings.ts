import { identityPoliciesOf } from '../../template/iam/collect';
import type { Assembly, Resource } from '../../template/index';
import { usersOfRole } from './compute';
import { agentsOf, possibleAgentsOf } from './workloads';

/**
 * Tells of a role, a user, a group or a policy whether an agent may get its rights, or may make others use them. Beside an agent every
 * workload may be a tool of it. In an app without one, the roles of its workloads are no agent's, and nobody asked about them.
 */
export function concernsAgents(assembly: Assembly): (holder: Resource) => boolean {
  if (agentsOf(assembly).length > 0) return () => true;
  const plain = plainHolders(assembly);
  return (holder) => !plain.has(holder);
}

/** Roles that only workloads without a model use, and the policies that only such roles have. */
function plainHolders(assembly: Assembly): ReadonlySet<Resource> {
  const identities = identityPoliciesOf(assembly);
  const unproven = new Set(
    possibleAgentsOf(assembly).flatMap(({ resource, unproven: why }) => (why === undefined ? [] : [resource])),
  );
  const isPlain = (holder: Resource): boolean => {
    const users = holder.type === 'AWS::IAM::Role' ? usersOfRole(assembly, holder) : [];
    return users.length > 0 && users.every(({ resource }) => !unproven.has(resource));
  };
  const holders = assembly.ofType('AWS::IAM::Role', 'AWS::IAM::User', 'AWS::IAM::Group');
  const policiesOf = (holder: Resource): Resource[] => [
    holder,
    ...identities.ofResource(holder).policies.map((placed) => placed.holder),
  ];
  const plain = new Set(holders.filter(isPlain).flatMap(policiesOf));
  for (const other of holders.filter((holder) => !isPlain(holder)).flatMap(policiesOf)) plain.delete(other);
  for (const { holder } of identities.astray) plain.delete(holder);
  return plain;
}

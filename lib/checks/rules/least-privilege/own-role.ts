import { type Assembly, isTextual, keyOf, type Resource } from '../../../template';
import { identityPoliciesOf } from '../../../template/iam/collect';
import { workloadsOf } from '../../facts/workloads';
import { offencesAt } from '../../judge/offences';
import type { Rule } from '../../rule';

/** With a role of its own, a fooled workload can't use the rights of another one. */
export const ownRole: Rule = {
  id: 'LeastPrivilegeOwnRole',
  pillar: 'least-privilege',
  severity: 'error',
  holds: 'No two functions, tasks or state machines share a role.',
  source: 'Lambda Developer Guide, "Defining Lambda function permissions with an execution role"; NIST SP 800-53 AC-5',
  fix: 'Give each function, task and state machine its own role.',
  *check(assembly) {
    for (const { resource, roleProperty } of workloadsOf(assembly)) {
      // A task without a role has no rights.
      yield* offencesAt(resource, [roleProperty], (role) =>
        role === undefined || isTextual(role) ? undefined : 'names no role',
      );
    }
    for (const users of usersByRole(assembly).values()) {
      if (users.size < 2) continue;
      for (const [resource, property] of users) {
        const others = [...users.keys()].filter((other) => other !== resource).map(({ path }) => path);
        yield { resource, property, message: `shares its role with ${others.join(', ')}` };
      }
    }
  },
};

/** The workloads of each role, with the property that names the role. */
function usersByRole(assembly: Assembly): ReadonlyMap<string, ReadonlyMap<Resource, string>> {
  const users = new Map<string, Map<Resource, string>>();
  for (const { resource, roleProperty } of workloadsOf(assembly)) {
    for (const { value } of resource.property(roleProperty)) {
      if (!isTextual(value)) continue;
      const role = identityPoliciesOf(assembly).roleOf(value)?.key ?? keyOf(value);
      users.set(role, (users.get(role) ?? new Map<Resource, string>()).set(resource, `Properties.${roleProperty}`));
    }
  }
  return users;
}

import { isTextual, keyOf, type Resource, Unresolved } from '../../../template';
import { identityPoliciesOf } from '../../../template/iam/collect';
import { workloadsOf } from '../../facts/workloads';
import { assumed, unproven } from '../../judge/branches';
import type { Offence, Rule } from '../../rule';

/** One role for one workload: what one is fooled into, another can't be used for. */
export const ownRole: Rule = {
  id: 'LeastPrivilegeOwnRole',
  pillar: 'least-privilege',
  severity: 'error',
  holds: 'No two functions, tasks or state machines share a role.',
  source: 'Lambda Developer Guide, "Defining Lambda function permissions with an execution role"; NIST SP 800-53 AC-5',
  fix: 'Give each function, task and state machine a role of its own.',
  *check(assembly) {
    const users = new Map<string, { resource: Resource; offence: Offence }[]>();
    for (const { resource, roleProperty } of workloadsOf(assembly)) {
      const property = `Properties.${roleProperty}`;
      for (const { value, assuming } of resource.property(roleProperty)) {
        // A task without a role has no rights at all.
        if (value === undefined) continue;
        if (value instanceof Unresolved || !isTextual(value)) {
          const message = value instanceof Unresolved ? unproven(value) : 'names no role';
          yield { resource, property, message: assumed(message, assuming) };
          continue;
        }
        const role = identityPoliciesOf(assembly).roleOf(value)?.key ?? keyOf(value);
        const known = users.get(role) ?? [];
        if (!known.some((user) => user.resource === resource)) {
          known.push({ resource, offence: { resource, property, message: '' } });
        }
        users.set(role, known);
      }
    }
    for (const sharing of users.values()) {
      if (sharing.length < 2) continue;
      for (const { resource, offence } of sharing) {
        const others = sharing.filter((other) => other.resource !== resource).map((other) => other.resource.path);
        yield { ...offence, message: `shares its role with ${others.join(', ')}` };
      }
    }
  },
};

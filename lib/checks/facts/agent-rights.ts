import { identityPoliciesOf } from '../../template/iam/collect';
import type { Policy, Statement } from '../../template/iam/policy';
import type { Assembly } from '../../template/index';
import { isBehindGate } from './gate-apis';
import { decisionOf } from './role-decisions';
import type { AgentWorkload } from './workloads';

/**
 * Whether a Deny, or the role's boundary, certainly takes back what a statement allows. Behind a gate nothing counts as taken back: the
 * denial is the second of two protections there, and the statement removes the first.
 */
export function isTakenBack(
  assembly: Assembly,
  agent: AgentWorkload,
  { policy, statement }: { readonly policy: Policy; readonly statement: Statement },
  action: string,
): boolean {
  if (isBehindGate(assembly, agent)) return false;
  const role = identityPoliciesOf(assembly).roleOf(agent.role);
  const resource = statement.resource?.negated === false ? statement.resource.patterns[0] : undefined;
  return decisionOf(assembly, role, agent.policies, action, { others: [policy], resource }).allowed === 'false';
}

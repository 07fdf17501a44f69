import { identityPoliciesOf } from '../../template/iam/collect';
import { matchAction } from '../../template/iam/evaluate';
import { type Policy, type Statement, statementsOf } from '../../template/iam/policy';
import type { Assembly } from '../../template/index';
import { decisionOf } from './role-decisions';
import type { AgentWorkload } from './workloads';

/** Whether an agent calls a gate: an API that it may invoke. */
export function isBehindGate({ policies }: AgentWorkload): boolean {
  return policies.policies
    .flatMap(({ policy }) => statementsOf(policy))
    .some(
      ({ effect, action }) =>
        effect !== 'Deny' &&
        !action.negated &&
        action.patterns.some((pattern) => pattern !== '*' && matchAction(pattern, 'execute-api:Invoke') === 'true'),
    );
}

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
  if (isBehindGate(agent)) return false;
  const role = identityPoliciesOf(assembly).roleOf(agent.role);
  const resource = statement.resource?.negated === false ? statement.resource.patterns[0] : undefined;
  return decisionOf(assembly, role, agent.policies, action, { others: [policy], resource }).allowed === 'false';
}

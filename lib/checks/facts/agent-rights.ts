import { identityPoliciesOf } from '../../template/iam/collect';
import { type Policy, type Statement, statementsOf } from '../../template/iam/policy';
import { type Assembly, listOf, type Resource, referencesIn } from '../../template/index';
import { decisionOf } from './role-decisions';
import type { AgentWorkload } from './workloads';

/** Whether an agent calls a gate: a private API of the app that its policies name. */
export function isBehindGate(assembly: Assembly, { policies }: AgentWorkload): boolean {
  return policies.policies
    .flatMap(({ policy }) => statementsOf(policy))
    .filter(({ effect }) => effect !== 'Deny')
    .flatMap(({ resource }) => resource?.patterns ?? [])
    .flatMap(referencesIn)
    .some((reference) => isPrivateApi(assembly.find(reference)));
}

function isPrivateApi(api: Resource | undefined): boolean {
  return (
    api?.type === 'AWS::ApiGateway::RestApi' &&
    api.property('EndpointConfiguration', 'Types').some(({ value }) => listOf(value).includes('PRIVATE'))
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
  if (isBehindGate(assembly, agent)) return false;
  const role = identityPoliciesOf(assembly).roleOf(agent.role);
  const resource = statement.resource?.negated === false ? statement.resource.patterns[0] : undefined;
  return decisionOf(assembly, role, agent.policies, action, { others: [policy], resource }).allowed === 'false';
}

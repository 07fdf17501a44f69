import { NETWORK_INTERFACE_ACTIONS } from '../../../private/network-interface-actions';
import { describe, type Resource, type Value } from '../../../template';
import { identityPoliciesOf, type PlacedPolicy } from '../../../template/iam/collect';
import { type Statement, statementsOf } from '../../../template/iam/policy';
import { type AgentWorkload, agentsOf } from '../../facts/workloads';
import { assumed, complaint } from '../../judge/offences';
import { statementPath, widePartsOf } from '../../judge/statement-width';
import type { Offence, Rule } from '../../rule';

/** The actions that a model caller's own role may have. */
const ALLOWED = new Set(
  [
    'execute-api:Invoke',
    'bedrock:InvokeModel',
    'bedrock:InvokeModelWithResponseStream',
    'bedrock:ApplyGuardrail',
    // For a function's own log stream and network interface.
    'logs:CreateLogStream',
    'logs:PutLogEvents',
    ...NETWORK_INTERFACE_ACTIONS,
  ].map((action) => action.toLowerCase()),
);

/** A model caller's role counts as stolen, so it may call only the gate and the model. */
export const modelCallerBounded: Rule = {
  id: 'SandboxModelCallerBounded',
  pillar: 'sandbox',
  severity: 'error',
  holds: 'A task or function that may call a model may do nothing else except call the gate.',
  source: 'OWASP Top 10 for LLM Applications LLM06:2025 "Excessive Agency"; NIST SP 800-53 AC-6(1)',
  fix: 'Move the permission to a connector behind the gate. Leave the role only execute-api:Invoke and bedrock:InvokeModel.',
  *check(assembly) {
    const { astray } = identityPoliciesOf(assembly);
    for (const { resource: agent, policies } of agentsOf(assembly).filter(isFirstOfResource)) {
      // A policy whose owner isn't known may be the agent's.
      for (const placed of [...policies.policies, ...astray]) yield* policyOffences(agent, placed);
      for (const { holder, property, arn, assuming } of policies.foreign) {
        const message = `can't be proven: what ${describe(arn)} allows the model caller isn't in the template`;
        yield { resource: holder, property, message: assumed(message, assuming) };
      }
    }
  },
};

function isFirstOfResource({ resource }: AgentWorkload, index: number, all: readonly AgentWorkload[]): boolean {
  return all.findIndex((other) => other.resource === resource) === index;
}

function* policyOffences(agent: Resource, { policy, holder, property }: PlacedPolicy): Generator<Offence> {
  for (const statement of statementsOf(policy)) {
    if (statement.effect === 'Deny') continue;
    const at = statementPath(property, statement);
    for (const action of foreignActionsOf(statement)) {
      const message = complaint(action, () => `allows the model caller ${agent.path} the action ${describe(action)}`);
      if (message !== undefined) yield { resource: holder, property: `${at}.Action`, message };
    }
    for (const { member, message } of widePartsOf(statement)) {
      // Actions were checked above.
      if (member !== 'Action') yield { resource: holder, property: `${at}.${member}`, message };
    }
  }
}

function foreignActionsOf({ action }: Statement): readonly Value[] {
  if (action.negated) return [];
  return action.patterns.filter((each) => typeof each !== 'string' || !ALLOWED.has(each.toLowerCase()));
}

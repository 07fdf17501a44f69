import { identityPoliciesOf } from '../../../template/iam/collect';
import { matchAction } from '../../../template/iam/evaluate';
import { type Statement, statementsOf } from '../../../template/iam/policy';
import type { Assembly, Resource } from '../../../template/index';
import { usersOfRole } from '../compute';

/** Calls of an agent that AWS runs elsewhere: whoever makes them for others is the agent's door. */
const CALLS = ['bedrock-agentcore:InvokeAgentRuntime', 'bedrock-agentcore:InvokeHarness'];

/** Functions that may call an agent of AgentCore, and so pass on to it what they are told. */
export function bridgesOf(assembly: Assembly): ReadonlySet<Resource> {
  const identities = identityPoliciesOf(assembly);
  const roles = assembly
    .ofType('AWS::IAM::Role')
    .filter((role) => identities.ofResource(role).policies.some(({ policy }) => statementsOf(policy).some(callsAgent)));
  return new Set(
    roles
      .flatMap((role) => usersOfRole(assembly, role))
      .filter(({ kind }) => kind === 'Lambda function')
      .map(({ resource }) => resource),
  );
}

function callsAgent({ effect, action }: Statement): boolean {
  if (effect === 'Deny' || action.negated) return false;
  return action.patterns.some((pattern) => CALLS.some((call) => matchAction(pattern, call) === 'true'));
}

import * as iam from 'aws-cdk-lib/aws-iam';
import type { FunctionPlacement } from '../network/function-placement';
import { onlyRoles } from '../private/signed-api';

/** Who may call the gate: the agent's role, from its own network. @internal */
export function apiPolicy({
  agentRole,
  placement,
}: {
  agentRole: iam.Role;
  placement: FunctionPlacement;
}): iam.PolicyDocument {
  return new iam.PolicyDocument({
    statements: [
      ...onlyRoles([agentRole], { sid: 'AgentOnly', resource: 'execute-api:/*' }),
      new iam.PolicyStatement({
        // Not the endpoint's id: the endpoint's policy names this API, so that would be a dependency cycle.
        sid: 'FromIsolatedNetworkOnly',
        effect: iam.Effect.DENY,
        principals: [new iam.AnyPrincipal()],
        actions: ['execute-api:Invoke'],
        resources: ['execute-api:/*'],
        conditions: { StringNotEquals: { 'aws:SourceVpc': placement.vpc.vpcId } },
      }),
    ],
  });
}

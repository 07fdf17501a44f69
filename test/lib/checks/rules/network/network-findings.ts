import { App, Stack, Validations } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { checkAssembly } from '../../../../../lib/checks/check-assembly';
import { HardenedAgentChecks } from '../../../../../lib/checks/hardened-agent-checks';
import type { IsolatedNetwork } from '../../../../../lib/network/isolated-network';
import { Assembly } from '../../../../../lib/template';
import type { JsonObject } from '../../../../../runtime/core/contracts';

process.env.CDK_VALIDATION = 'false';

/** What the network rules find in a stack with one function, which runs in the network that is made. */
export function findings(make: (stack: Stack) => IsolatedNetwork, acknowledged: Record<string, string> = {}): string[] {
  const app = new App();
  const stack = new Stack(app, 'Stack');
  const network = make(stack);
  new lambda.Function(stack, 'Fn', {
    runtime: lambda.Runtime.NODEJS_22_X,
    handler: 'index.handler',
    code: lambda.Code.fromInline('0'),
    // As a gate has it: in an app of this library, every workload counts.
    environment: { AGENT_ROLE_NAME: 'agent' },
    vpc: network.vpc,
    vpcSubnets: { subnetType: ec2.SubnetType.PRIVATE_ISOLATED },
    securityGroups: [network.securityGroup('Group', 'function')],
  });
  // Writes the acknowledgements into the template; what it finds itself isn't asked for here.
  new HardenedAgentChecks(app);
  for (const [id, reason] of Object.entries(acknowledged)) Validations.of(network).acknowledge({ id, reason });
  const body = app.synth().getStackByName('Stack').template as JsonObject;
  return checkAssembly(Assembly.of({ name: 'Stack.template.json', body }))
    .findings.filter(({ ruleId }) => ruleId.startsWith('Network'))
    .map(({ ruleId, severity, message }) => `${severity} ${ruleId}: ${message}`);
}

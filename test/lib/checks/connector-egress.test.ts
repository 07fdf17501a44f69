import { App, Stack } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { checkAssembly } from '../../../lib/checks/check-assembly';
import { ConnectorEgress } from '../../../lib/network/connector-egress';
import { IsolatedNetwork } from '../../../lib/network/isolated-network';
import { Assembly } from '../../../lib/template';
import type { JsonObject } from '../../../runtime/core/contracts';

/** A connector that calls the internet through the firewall, as the library builds it. */
function egressTemplate(): { Resources: { [id: string]: { Type: string; Properties: JsonObject } } } {
  const app = new App({ builtinCloudFormationValidation: false });
  const stack = new Stack(app, 'Stack');
  const agentNetwork = new IsolatedNetwork(stack, 'Network');
  const egress = new ConnectorEgress(stack, 'Egress', { agentNetwork });
  const place = egress.place('Tickets', ['tickets.example.com']);
  new lambda.Function(stack, 'Fn', {
    runtime: lambda.Runtime.NODEJS_22_X,
    handler: 'index.handler',
    code: lambda.Code.fromInline('0'),
    // A gate is in the app that a connector is for.
    environment: { AGENT_ROLE_NAME: 'agent' },
    vpc: egress.vpc,
    vpcSubnets: place.subnets,
    securityGroups: [place.securityGroup],
  });
  return app.synth().getStackByName('Stack').template;
}

const broken = (body: unknown) =>
  checkAssembly(Assembly.of({ name: 'Stack.template.json', body: body as JsonObject }))
    .findings.filter(({ ruleId, severity }) => ruleId.startsWith('Network') && severity !== 'warning')
    .map(({ ruleId, path, message }) => `${ruleId} ${path} ${message}`);

test('an internet connector behind the firewall breaks no network rule', () => {
  expect(broken(egressTemplate())).toEqual([]);
});

test('the same connector with a route past the firewall does', () => {
  const template = egressTemplate();
  for (const { Type, Properties } of Object.values(template.Resources)) {
    if (Type !== 'AWS::EC2::Route' || Properties.DestinationCidrBlock !== '0.0.0.0/0' || !Properties.VpcEndpointId)
      continue;
    delete Properties.VpcEndpointId;
    Properties.NatGatewayId = 'nat-1';
  }
  expect(broken(template)).toContainEqual(expect.stringContaining('has a route to a NAT gateway'));
});

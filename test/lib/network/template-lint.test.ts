import * as iam from 'aws-cdk-lib/aws-iam';
import { BedrockModel } from '../../../lib/network/bedrock-model';
import { ConnectorEgress } from '../../../lib/network/connector-egress';
import { EndpointService } from '../../../lib/network/endpoint-service';
import { cfnLint, installCfnLint } from '../cfn-lint';
import { networkStack } from './network-stack';
import type { Template } from './template-values';

const LISTS = { s3PrefixListId: 'pl-11111111', dynamoDbPrefixListId: 'pl-22222222' };
const ACCOUNT = '111111111111';

/** Every service that has a plain use, with one action and one resource of it. */
const USES: [EndpointService, string, string][] = [
  [EndpointService.S3, 's3:GetObject', 'arn:aws:s3:::bucket/*'],
  [EndpointService.DYNAMODB, 'dynamodb:GetItem', 'table/t'],
  [EndpointService.LOGS, 'logs:PutLogEvents', 'log-group:g:*'],
  [EndpointService.EXECUTE_API, 'execute-api:Invoke', 'a1b2c3/v1/POST/calls'],
  [EndpointService.LAMBDA, 'lambda:InvokeFunction', 'function:f'],
  [EndpointService.STEP_FUNCTIONS, 'states:StartExecution', 'stateMachine:m'],
  [EndpointService.SECRETS_MANAGER, 'secretsmanager:GetSecretValue', 'secret:s-1'],
  [EndpointService.KMS, 'kms:Sign', 'key/k'],
  [EndpointService.STS, 'sts:GetCallerIdentity', '*'],
  [EndpointService.EVENTBRIDGE, 'events:PutEvents', 'event-bus/b'],
  [EndpointService.SQS, 'sqs:SendMessage', 'q'],
  [EndpointService.SNS, 'sns:Publish', 't'],
  [EndpointService.SES, 'ses:SendEmail', 'identity/example.com'],
  [EndpointService.ECS, 'ecs:RunTask', 'task-definition/t:1'],
];

/**
 * A network with every endpoint, and with the connectors' network where that is asked for. Without a region it is the
 * template that suits every region of the packaged prefix lists.
 */
function templateOf(region: string | undefined, withEgress: boolean): Template {
  const lists = region ? LISTS : {};
  const { stack, network, role, caller, template } = networkStack(lists, region ? { account: ACCOUNT, region } : {});
  for (const [service, action, name] of USES) {
    const principal = role;
    const whole = name === '*' || name.startsWith('arn:');
    const resource = whole ? name : `arn:aws:${action.split(':')[0]}:${stack.region}:${ACCOUNT}:${name}`;
    network.endpoints.allow(service, { caller, principal, actions: [action], resources: [resource] });
  }
  network.endpoints.allowModels({ caller, principal: role, models: [BedrockModel.foundation('anthropic.claude-v1')] });
  network.endpoints.allowImagePull({
    caller,
    executionRole: new iam.Role(stack, 'Pull', { assumedBy: new iam.ServicePrincipal('ecs-tasks.amazonaws.com') }),
    repositoryArn: `arn:aws:ecr:${stack.region}:${ACCOUNT}:repository/r`,
  });
  if (withEgress) {
    const egress = new ConnectorEgress(stack, 'Egress', { agentNetwork: network, ...lists });
    egress.place('Tickets', ['tickets.example.com']);
    egress.place('Mail', ['mail.example.com', 'smtp.example.com']);
  }
  return template();
}

beforeAll(installCfnLint, 300_000);

test.each<[string, string[], string | undefined]>([
  ['three commercial regions', ['us-east-1', 'eu-west-1', 'ap-southeast-2'], undefined],
  ['GovCloud', ['us-gov-west-1'], 'us-gov-west-1'],
  ['China', ['cn-north-1'], 'cn-north-1'],
])(
  'cfn-lint finds nothing in the isolated and the egress stack in %s',
  (_, regions, region) => expect(cfnLint(regions, [templateOf(region, false), templateOf(region, true)])).toBe(''),
  120_000,
);

test('cfn-lint does look: a property that doesn’t exist is found', () => {
  const template = templateOf(undefined, false);
  for (const { Type, Properties } of Object.values(template.Resources)) {
    if (Type === 'AWS::EC2::VPC') Properties.CidrBlok = '10.0.0.0/16';
  }
  expect(cfnLint(['us-east-1'], [template])).toMatch(/CidrBlok/);
}, 120_000);

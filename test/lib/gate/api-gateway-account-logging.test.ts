import { App, Stack, Stage, Validations } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import { AwsSolutionsChecks } from 'cdk-nag';
import { ApiGatewayAccountLogging, HardenedAgentChecks } from '../../../lib';
import { checkAssembly } from '../../../lib/checks/check-assembly';
import { prove } from '../../../lib/prove/claims';
import { Assembly } from '../../../lib/template';
import type { JsonObject } from '../../../runtime/core/contracts';
import { AgentStack } from '../agent-stack';

const resourcesOf = (stack: Stack) => Template.fromStack(stack).toJSON().Resources as Record<string, JsonObject>;

function ofType(stack: Stack, type: string): JsonObject[] {
  return Object.values(resourcesOf(stack)).filter(({ Type }) => Type === type);
}

test('sets a role that API Gateway assumes, with the policy that AWS demands, and keeps both', () => {
  const stack = new Stack(new App(), 'Account');
  new ApiGatewayAccountLogging(stack, 'ApiLogging');
  const [role] = ofType(stack, 'AWS::IAM::Role');
  // https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AmazonAPIGatewayPushToCloudWatchLogs.html
  expect(role).toMatchObject({
    DeletionPolicy: 'Retain',
    UpdateReplacePolicy: 'Retain',
    Properties: {
      AssumeRolePolicyDocument: {
        Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'apigateway.amazonaws.com' } }],
      },
      Policies: [
        {
          PolicyDocument: {
            Statement: [
              {
                Effect: 'Allow',
                Action: [
                  'logs:CreateLogGroup',
                  'logs:CreateLogStream',
                  'logs:DescribeLogGroups',
                  'logs:DescribeLogStreams',
                  'logs:PutLogEvents',
                  'logs:GetLogEvents',
                  'logs:FilterLogEvents',
                ],
                Resource: '*',
              },
            ],
          },
        },
      ],
    },
  });
  const [account] = ofType(stack, 'AWS::ApiGateway::Account');
  expect(account).toMatchObject({
    DeletionPolicy: 'Retain',
    UpdateReplacePolicy: 'Retain',
    Properties: { CloudWatchRoleArn: { 'Fn::GetAtt': [expect.stringMatching(/^ApiLoggingRole/), 'Arn'] } },
  });
});

test('every stage of the same stack waits for it, whichever was written first', () => {
  const before = new AgentStack();
  new ApiGatewayAccountLogging(before.stack, 'ApiLogging');
  before.withRuntime().allow(before.read);
  const after = new AgentStack();
  after.withRuntime().allow(after.read);
  new ApiGatewayAccountLogging(after.stack, 'ApiLogging');
  for (const { stack } of [before, after]) {
    const stages = ofType(stack, 'AWS::ApiGateway::Stage');
    expect(stages).toHaveLength(2);
    for (const { DependsOn } of stages) expect(DependsOn).toEqual([expect.stringMatching(/^ApiLoggingAccount/)]);
  }
});

test('a stack with REST APIs waits for the stack of the account', () => {
  const made = new AgentStack();
  made.withRuntime().allow(made.read);
  const account = new Stack(made.app, 'Account');
  new ApiGatewayAccountLogging(account, 'ApiLogging');
  const { stacks } = made.app.synth();
  const agent = stacks.find(({ stackName }) => stackName === 'Stack');
  expect(agent?.dependencies.map(({ id }) => id)).toContain('Account');
});

test('stages of another region and of another app stage don’t wait', () => {
  const made = new AgentStack({ env: { account: '111122223333', region: 'eu-west-1' } });
  made.withRuntime().allow(made.read);
  new ApiGatewayAccountLogging(
    new Stack(made.app, 'Elsewhere', { env: { account: '111122223333', region: 'us-east-1' } }),
    'ApiLogging',
  );
  new ApiGatewayAccountLogging(new Stack(new Stage(made.app, 'Prod'), 'Account'), 'ApiLogging');
  const agent = made.app.synth().stacks.find(({ stackName }) => stackName === 'Stack');
  expect(agent?.dependencies.filter(({ id }) => id !== 'Stack.assets')).toEqual([]);
});

test('refuses a second one for the same account and region', () => {
  const app = new App();
  new ApiGatewayAccountLogging(new Stack(app, 'One'), 'ApiLogging');
  expect(() => new ApiGatewayAccountLogging(new Stack(app, 'Two'), 'ApiLogging')).toThrow(
    'Two/ApiLogging: One/ApiLogging makes the same setting, which each account and region has once; remove one of them',
  );
});

test('neither pack finds anything on it', () => {
  const app = new App({ builtinCloudFormationValidation: false });
  new ApiGatewayAccountLogging(new Stack(app, 'Account'), 'ApiLogging');
  Validations.of(app).addPlugins(new HardenedAgentChecks(app), new AwsSolutionsChecks(app));
  // Throws when either pack has a finding.
  const { directory } = app.synth();
  const { findings, acknowledged } = checkAssembly(Assembly.load(directory));
  expect(findings).toEqual([]);
  expect(acknowledged).toEqual([]);
});

test('without the packs, the command line accepts it too, and prove accepts the role', () => {
  const made = new AgentStack();
  made.withRuntime().allow(made.read);
  new ApiGatewayAccountLogging(made.stack, 'ApiLogging');
  const assembly = Assembly.load(made.app.synth().directory);
  expect(checkAssembly(assembly).findings.filter(({ resource }) => resource.startsWith('ApiLogging'))).toEqual([]);
  const { claims } = prove(assembly);
  expect(claims.filter(({ counterExamples }) => counterExamples.length > 0)).toEqual([]);
});

test('prove still finds what the role may not have: another right, and another service that assumes it', () => {
  const made = new AgentStack();
  made.withRuntime().allow(made.read);
  const logging = new ApiGatewayAccountLogging(made.stack, 'ApiLogging');
  logging.role.addToPolicy(new iam.PolicyStatement({ actions: ['logs:DeleteLogGroup'], resources: ['*'] }));
  logging.role.assumeRolePolicy?.addStatements(
    new iam.PolicyStatement({
      actions: ['sts:AssumeRole'],
      principals: [new iam.ServicePrincipal('ec2.amazonaws.com')],
    }),
  );
  const { claims } = prove(Assembly.load(made.app.synth().directory));
  const broken = claims.filter(({ counterExamples }) => counterExamples.length > 0).map(({ id }) => id);
  expect(broken).toEqual(expect.arrayContaining(['rights-are-exact', 'role-has-one-taker']));
});

import { Duration, type Stack } from 'aws-cdk-lib';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { ConnectorFunction, Effect, EndpointService, LambdaConnector } from '../../../lib';
import { AgentStack, DIGEST, inputOf, listOf, only, statementsOfRole } from '../agent-stack';

const code = lambda.Code.fromInline('exports.handler = async () => {}');
const runtime = lambda.Runtime.NODEJS_22_X;
const teamFunction = (stack: Stack): lambda.Function =>
  new lambda.Function(stack, 'Team', { runtime, handler: 'index.handler', code });

const TABLE = 'arn:aws:dynamodb:eu-west-1:111122223333:table/t';
const TOOL = { description: 'Bill something', input: inputOf({}), effect: Effect.WRITE };

function withConnector(handler: (made: AgentStack) => ConnectorFunction) {
  const made = new AgentStack();
  const connector = new LambdaConnector(made.stack, 'Billing', { handler: handler(made) });
  connector.addTool('bill', { ...TOOL, timeout: Duration.seconds(7) });
  connector.addTool('bill_later', TOOL);
  made.withRuntime({}, [connector]);
  return { made, connector };
}

describe('a function of the team', () => {
  const { made } = withConnector(({ stack }) => ConnectorFunction.existing(teamFunction(stack).addAlias('live')));
  const template = made.template();
  const ARN = { Ref: expect.stringMatching(/^TeamAliaslive/) };

  test('may be called by the connector’s role, at exactly its alias', () => {
    const [roleId] = only(template, 'AWS::IAM::Role', 'BillingExecutorRole');
    const calls = statementsOfRole(template, roleId).filter((each) =>
      listOf(each.Action).some((a) => /^lambda:/.test(a)),
    );
    expect(calls).toEqual([{ Sid: 'CallFunction', Effect: 'Allow', Action: 'lambda:InvokeFunction', Resource: ARN }]);
    const [, boundary] = only<{ PolicyDocument: { Statement: object[] } }>(
      template,
      'AWS::IAM::ManagedPolicy',
      'BillingBoundary',
    );
    expect(boundary.PolicyDocument.Statement).toContainEqual({
      Sid: 'NoOtherFunction',
      Effect: 'Deny',
      Action: 'lambda:InvokeFunction',
      NotResource: ARN,
    });
  });

  test('is called by its ARN, through the endpoint of Lambda', () => {
    const [, executor] = only(template, 'AWS::Lambda::Function', 'BillingExecutorFunction');
    expect(executor).toMatchObject({ Environment: { Variables: { RESOURCE_1: ARN } } });
    const [, { PolicyDocument }] = only<{ PolicyDocument: unknown }>(
      template,
      'AWS::EC2::VPCEndpoint',
      'AgentNetworkEndpointsLambda',
    );
    expect((PolicyDocument as { Statement: object[] }).Statement).toContainEqual(
      expect.objectContaining({ Action: 'lambda:InvokeFunction', Resource: ARN }),
    );
  });

  test('keeps its role: the connector makes no other function', () => {
    expect(
      Object.keys(template.findResources('AWS::Lambda::Function')).filter((id) => /^BillingCalled/.test(id)),
    ).toEqual([]);
  });
});

describe.each<[string, (made: AgentStack) => ConnectorFunction, object]>([
  [
    'code',
    () => ConnectorFunction.fromCode({ code, runtime, environment: { MODE: 'strict' } }),
    { Runtime: 'nodejs22.x', Handler: 'index.handler', Environment: { Variables: { MODE: 'strict' } } },
  ],
  [
    'an image by its digest',
    ({ stack }) =>
      ConnectorFunction.fromImage({
        repository: ecr.Repository.fromRepositoryName(stack, 'Billings', 'billing'),
        digest: DIGEST,
        architecture: lambda.Architecture.X86_64,
      }),
    { PackageType: 'Image', Architectures: ['x86_64'] },
  ],
])('a function that the connector makes from %s', (_, handler, properties) => {
  const { made, connector } = withConnector(handler);
  connector.allow(EndpointService.DYNAMODB, ['dynamodb:GetItem'], [TABLE]);
  const template = made.template();
  const [roleId, role] = only(template, 'AWS::IAM::Role', 'BillingCalledRole');
  const [boundaryId, boundary] = only<{ PolicyDocument: { Statement: { Action: string[] }[] } }>(
    template,
    'AWS::IAM::ManagedPolicy',
    'BillingCalledBoundary',
  );

  test('runs as declared, as long as a tool waits for it', () => {
    const [, called] = only(template, 'AWS::Lambda::Function', 'BillingCalledFunction');
    expect(called).toMatchObject({ ...properties, Timeout: 10, MemorySize: 512 });
    expect(called).not.toHaveProperty('TracingConfig');
  });

  test('has no right but its log, its network interfaces and what it is allowed', () => {
    expect(role).toMatchObject({ PermissionsBoundary: { Ref: boundaryId } });
    const allowed = statementsOfRole(template, roleId).filter((each) => each.Effect === 'Allow');
    const actions = allowed.flatMap((each) => listOf(each.Action)).filter((action) => !action.startsWith('ec2:'));
    expect(actions.sort()).toEqual(['dynamodb:GetItem', 'logs:CreateLogStream', 'logs:PutLogEvents']);
    const most = boundary.PolicyDocument.Statement[0].Action.filter((action) => !action.startsWith('ec2:'));
    expect(most.sort()).toEqual(['dynamodb:GetItem', 'logs:CreateLogStream', 'logs:PutLogEvents']);
  });

  test('is in the runtime’s network, in a group that reaches the allowed endpoint alone', () => {
    const [groupId, group] = only<{ SecurityGroupEgress: { Description: string }[] }>(
      template,
      'AWS::EC2::SecurityGroup',
      'BillingCalledGroup',
    );
    const [, called] = only(template, 'AWS::Lambda::Function', 'BillingCalledFunction');
    expect(called).toMatchObject({ VpcConfig: { SecurityGroupIds: [{ 'Fn::GetAtt': [groupId, 'GroupId'] }] } });
    expect(group.SecurityGroupEgress.map((each) => each.Description)).toEqual([
      'HTTPS to dynamodb through its gateway',
    ]);
  });

  test('can be called by the connector’s role alone', () => {
    const [executorRole] = only(template, 'AWS::IAM::Role', 'BillingExecutorRole');
    const [, policy] = only(template, 'AWS::Lambda::ResourcePolicy', 'BillingCalledOnlyItsCallers');
    expect(policy).toMatchObject({
      PolicyDocument: {
        Statement: [
          {
            Sid: 'NobodyElse',
            Effect: 'Deny',
            Condition: { ArnNotEquals: { 'aws:PrincipalArn': [{ 'Fn::GetAtt': [executorRole, 'Arn'] }] } },
          },
        ],
      },
    });
  });
});

describe('is refused', () => {
  const made = new AgentStack({ env: { account: '111122223333', region: 'eu-west-1' } });
  const connect = (handler: ConnectorFunction, id = 'New') => new LambdaConnector(made.stack, id, { handler });
  const arn = (place: string) => `arn:aws:lambda:${place}:function:billing`;
  const imported = (id: string, place: string) =>
    ConnectorFunction.existing(lambda.Function.fromFunctionArn(made.stack, id, arn(place)));

  test('a function of another account or region', () => {
    expect(() => connect(imported('A', 'eu-west-2:111122223333'))).toThrow(
      /^Stack\/New: the function Stack\/A is in 111122223333, eu-west-2, and a LambdaConnector calls functions of 111122223333 in eu-west-1/,
    );
    expect(() => connect(imported('B', 'eu-west-1:444455556666'), 'New2')).toThrow(/is in 444455556666, eu-west-1/);
  });

  test('a function of the library', () => {
    const other = new AgentStack();
    other.withRuntime();
    expect(() => connect(ConnectorFunction.existing(other.tickets.function), 'New3')).toThrow(
      /is a part of this library, which trusts its callers/,
    );
  });

  test('a tag instead of a digest, and a memory size that Lambda doesn’t have', () => {
    const repository = ecr.Repository.fromRepositoryName(made.stack, 'Images', 'billing');
    expect(() => connect(ConnectorFunction.fromImage({ repository, digest: 'latest' }), 'New4')).toThrow(
      /props\.handler: ConnectorFunction\.fromImage: "latest" is not a digest/,
    );
    expect(() => connect(ConnectorFunction.fromCode({ code, runtime, memorySize: 64 }), 'New5')).toThrow(
      /memorySize is 64; write a whole number of MiB from 128 to 10240/,
    );
  });

  test('a wildcard, and rights for a function of the team', () => {
    const connector = connect(ConnectorFunction.fromCode({ code, runtime }), 'New6');
    expect(() => connector.allow(EndpointService.DYNAMODB, ['dynamodb:*'], [TABLE])).toThrow(
      /^Stack\/New6: allow\(\): action "dynamodb:\*" is refused/,
    );
    expect(() => connector.allow(EndpointService.DYNAMODB, ['iam:PassRole'], [TABLE])).toThrow(
      /"iam:PassRole" is refused/,
    );
    expect(() => connector.allow(EndpointService.DYNAMODB, ['dynamodb:GetItem'], ['*'])).toThrow(
      /resource "\*" is refused/,
    );
    const own = connect(ConnectorFunction.existing(teamFunction(made.stack)), 'New7');
    expect(() => own.allow(EndpointService.DYNAMODB, ['dynamodb:GetItem'], [TABLE])).toThrow(
      /your own, and so is its role/,
    );
  });

  test('to say its function before there is one', () => {
    expect(() => connect(ConnectorFunction.fromCode({ code, runtime }), 'New8').calledFunction).toThrow(
      /^Stack\/New8: no runtime uses this connector yet/,
    );
  });
});

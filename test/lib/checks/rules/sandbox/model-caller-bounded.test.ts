import type { JsonObject } from '../../../../../runtime/core/contracts';
import { changed, linesOf, UNKNOWN_PARAMETER } from '../../check-template';

describe('SandboxModelCallerBounded', () => {
  const lines = (resources: JsonObject, around?: JsonObject) => linesOf('SandboxModelCallerBounded', resources, around);
  const allow = (...Action: unknown[]) => ({ Effect: 'Allow', Action, Resource: 'arn:aws:s3:::one/*' });
  const model = {
    Effect: 'Allow',
    Action: 'bedrock:InvokeModel',
    Resource: 'arn:aws:bedrock:eu-west-1::foundation-model/one',
  };
  const agent = (...statements: unknown[]): JsonObject => ({
    Role: {
      Type: 'AWS::IAM::Role',
      Properties: {
        Policies: [
          {
            PolicyName: 'model',
            PolicyDocument: { Statement: [model, ...statements] as JsonObject[] },
          },
        ],
      },
    },
    Task: { Type: 'AWS::ECS::TaskDefinition', Properties: { TaskRoleArn: { 'Fn::GetAtt': ['Role', 'Arn'] } } },
  });

  const gate = {
    Effect: 'Allow',
    Action: 'execute-api:Invoke',
    Resource: {
      'Fn::Sub': `arn:\${AWS::Partition}:execute-api:\${AWS::Region}:\${AWS::AccountId}:\${Api}/live/POST/call`,
    },
  };
  const behindGate = (...statements: unknown[]): JsonObject => ({
    ...agent(gate, ...statements),
    Api: { Type: 'AWS::ApiGateway::RestApi', Properties: { EndpointConfiguration: { Types: ['PRIVATE'] } } },
  });

  test('model and gate are fine', () => expect(lines(behindGate())).toEqual([]));

  test('a workload that calls no model is left to the other rules', () => {
    const other = agent();
    const policies = ['Role', 'Properties', 'Policies', 0, 'PolicyDocument', 'Statement'];
    expect(lines(changed(other, policies, [allow('s3:GetObject')]))).toEqual([]);
  });

  test('any other right is found, whichever way it reaches the role', () => {
    expect(lines(behindGate(allow('s3:GetObject')))).toEqual([
      'Role Properties.Policies[0].PolicyDocument.Statement[2].Action: allows the model caller Task the action s3:GetObject',
    ]);
    const separate = {
      Extra: {
        Type: 'AWS::IAM::Policy',
        Properties: { Roles: [{ Ref: 'Role' }], PolicyDocument: { Statement: allow('ses:SendEmail') } },
      },
    };
    expect(lines({ ...behindGate(), ...(separate as JsonObject) })).toEqual([expect.stringContaining('ses:SendEmail')]);
    expect(lines({ ...agent(), ...(separate as JsonObject) })).toEqual([expect.stringContaining('ses:SendEmail')]);
  });

  test('behind a gate a Deny beside it is no excuse', () => {
    const denied = { Effect: 'Deny', NotAction: 'bedrock:*', Resource: '*' };
    expect(lines(behindGate(allow('s3:PutObject'), denied))).toHaveLength(1);
  });

  test('without a gate, only what nobody gets back is found', () => {
    const table = 'arn:aws:dynamodb:eu-west-1:111122223333:table/sessions';
    const own = [
      { Effect: 'Allow', Action: ['dynamodb:Query', 'dynamodb:PutItem'], Resource: table },
      { Effect: 'Allow', Action: ['s3:Get*', 's3:PutObject'], Resource: 'arn:aws:s3:::one/*' },
      {
        Effect: 'Allow',
        Action: ['sqs:ReceiveMessage', 'sqs:DeleteMessage'],
        Resource: 'arn:aws:sqs:eu-west-1:111122223333:work',
      },
    ];
    expect(lines(agent(...own))).toEqual([]);
    for (const action of [
      'dynamodb:DeleteItem',
      's3:DeleteBucket',
      'cloudtrail:StopLogging',
      'ec2:TerminateInstances',
      'logs:DeleteLogGroup',
    ]) {
      expect(lines(agent(allow(action)))).toEqual([expect.stringContaining(action)]);
    }
    expect(lines(agent({ Effect: 'Allow', Action: 'dynamodb:*Item', Resource: table }))).toEqual([
      expect.stringMatching(/dynamodb:\*Item, with it dynamodb:DeleteItem$/),
    ]);
  });

  test('what a Deny or the boundary takes back is no right', () => {
    const denied = { Effect: 'Deny', NotAction: 'bedrock:*', Resource: '*' };
    expect(lines(agent(allow('s3:DeleteObject')))).toHaveLength(1);
    expect(lines(agent(allow('s3:DeleteObject'), denied))).toEqual([]);
    const bounded = {
      ...changed(agent(allow('s3:DeleteObject')), ['Role', 'Properties', 'PermissionsBoundary'], { Ref: 'Most' }),
      Most: {
        Type: 'AWS::IAM::ManagedPolicy',
        Properties: { PolicyDocument: { Statement: { Effect: 'Allow', Action: 'bedrock:*', Resource: '*' } } },
      },
    };
    expect(lines(bounded as JsonObject)).toEqual([]);
  });

  test('a machine follows its definition, whatever a model says', () => {
    const machine = {
      Task: { Type: 'AWS::StepFunctions::StateMachine', Properties: { RoleArn: { 'Fn::GetAtt': ['Role', 'Arn'] } } },
    };
    expect(lines({ ...agent(allow('s3:DeleteObject')), ...(machine as JsonObject) })).toEqual([]);
  });

  test('behind a gate, an AWS managed policy is named; one for its own log is fine', () => {
    const attached = (name: string) =>
      lines(changed(behindGate(), ['Role', 'Properties', 'ManagedPolicyArns'], [`arn:aws:iam::aws:policy/${name}`]));
    expect(attached('service-role/AWSLambdaBasicExecutionRole')).toEqual([]);
    expect(attached('AmazonS3FullAccess')).toEqual([
      expect.stringContaining('the AWS managed policy AmazonS3FullAccess'),
    ]);
  });

  test('an unknown action, and a policy with an unknown holder, can’t be proven', () => {
    expect(lines(behindGate(allow({ Ref: 'Unknown' })), UNKNOWN_PARAMETER)).toEqual([
      expect.stringContaining("can't be proven"),
    ]);
    const astray = {
      Extra: {
        Type: 'AWS::IAM::Policy',
        Properties: { Roles: [{ Ref: 'Unknown' }], PolicyDocument: { Statement: allow('s3:PutObject') } },
      },
    };
    expect(lines({ ...behindGate(), ...(astray as JsonObject) }, UNKNOWN_PARAMETER)).toHaveLength(1);
  });

  test('a managed policy from elsewhere can’t be proven', () => {
    const attached = changed(
      behindGate(),
      ['Role', 'Properties', 'ManagedPolicyArns'],
      [{ 'Fn::ImportValue': 'elsewhere' }],
    );
    expect(lines(attached)).toEqual([expect.stringContaining("can't be proven")]);
  });
});

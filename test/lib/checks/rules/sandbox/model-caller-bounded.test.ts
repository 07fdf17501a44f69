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

  test('model and gate are fine', () => expect(lines(agent(allow('execute-api:Invoke')))).toEqual([]));

  test('a workload that calls no model is left to the other rules', () => {
    const other = agent();
    const policies = ['Role', 'Properties', 'Policies', 0, 'PolicyDocument', 'Statement'];
    expect(lines(changed(other, policies, [allow('s3:GetObject')]))).toEqual([]);
  });

  test('any other right is found, whichever way it reaches the role', () => {
    expect(lines(agent(allow('s3:PutObject')))).toEqual([
      'Role Properties.Policies[0].PolicyDocument.Statement[1].Action: allows the model caller Task the action s3:PutObject',
    ]);
    const separate = {
      Extra: {
        Type: 'AWS::IAM::Policy',
        Properties: { Roles: [{ Ref: 'Role' }], PolicyDocument: { Statement: allow('ses:SendEmail') } },
      },
    };
    expect(lines({ ...agent(), ...(separate as JsonObject) })).toEqual([expect.stringContaining('ses:SendEmail')]);
  });

  test('without a gate, reads of what is named and the state of a session are its own; behind a gate they are the gate’s', () => {
    const table = 'arn:aws:dynamodb:eu-west-1:111122223333:table/sessions';
    const own = [
      { Effect: 'Allow', Action: ['dynamodb:Query', 'dynamodb:PutItem'], Resource: table },
      { Effect: 'Allow', Action: 's3:Get*', Resource: 'arn:aws:s3:::one/*' },
      {
        Effect: 'Allow',
        Action: 'lambda:InvokeFunction',
        Resource: 'arn:aws:lambda:eu-west-1:111122223333:function:tool',
      },
    ];
    expect(lines(agent(...own))).toEqual([]);
    expect(lines(agent(...own, allow('execute-api:Invoke')))).toHaveLength(4);
    expect(lines(agent({ Effect: 'Allow', Action: 'dynamodb:*Item', Resource: table }))).toEqual([
      expect.stringMatching(/dynamodb:\*Item, with it dynamodb:BatchWriteItem$/),
    ]);
    const secret = (name: string) => `arn:aws:secretsmanager:eu-west-1:111122223333:secret:${name}-??????`;
    const reading = (name: string) =>
      agent({ Effect: 'Allow', Action: 'secretsmanager:GetSecretValue', Resource: secret(name) });
    expect(lines(reading('openai-key'))).toEqual([]);
    expect(lines(reading('crm'))).toHaveLength(1);
  });

  test('what a Deny or the boundary takes back is no right', () => {
    const denied = { Effect: 'Deny', NotAction: 'bedrock:*', Resource: '*' };
    expect(lines(agent(allow('s3:PutObject'), denied))).toEqual([]);
    const bounded = {
      ...changed(agent(allow('s3:PutObject')), ['Role', 'Properties', 'PermissionsBoundary'], { Ref: 'Most' }),
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
    expect(lines({ ...agent(allow('s3:PutObject')), ...(machine as JsonObject) })).toEqual([]);
  });

  test('an AWS managed policy is named; one for its own log is fine', () => {
    const attached = (name: string) =>
      lines(changed(agent(), ['Role', 'Properties', 'ManagedPolicyArns'], [`arn:aws:iam::aws:policy/${name}`]));
    expect(attached('service-role/AWSLambdaBasicExecutionRole')).toEqual([]);
    expect(attached('AmazonS3FullAccess')).toEqual([
      expect.stringContaining('the AWS managed policy AmazonS3FullAccess'),
    ]);
  });

  test('a model of any name is found', () => {
    const wide = { Effect: 'Allow', Action: 'bedrock:InvokeModel', Resource: '*' };
    expect(lines(agent(wide))).toEqual([expect.stringContaining('allows *: every resource')]);
  });

  test('an unknown action, and a policy with an unknown holder, can’t be proven', () => {
    expect(lines(agent(allow({ Ref: 'Unknown' })), UNKNOWN_PARAMETER)).toEqual([
      expect.stringContaining("can't be proven"),
    ]);
    const astray = {
      Extra: {
        Type: 'AWS::IAM::Policy',
        Properties: { Roles: [{ Ref: 'Unknown' }], PolicyDocument: { Statement: allow('s3:PutObject') } },
      },
    };
    expect(lines({ ...agent(), ...(astray as JsonObject) }, UNKNOWN_PARAMETER)).toHaveLength(1);
  });

  test('a managed policy from elsewhere can’t be proven', () => {
    const attached = changed(
      agent(),
      ['Role', 'Properties', 'ManagedPolicyArns'],
      [{ 'Fn::ImportValue': 'elsewhere' }],
    );
    expect(lines(attached)).toEqual([expect.stringContaining("can't be proven")]);
  });
});

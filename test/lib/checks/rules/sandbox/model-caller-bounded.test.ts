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
        Properties: { Roles: [{ Ref: 'Role' }], PolicyDocument: { Statement: allow('sts:AssumeRole') } },
      },
    };
    expect(lines({ ...agent(), ...(separate as JsonObject) })).toEqual([expect.stringContaining('sts:AssumeRole')]);
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
        Properties: { Roles: [{ Ref: 'Unknown' }], PolicyDocument: { Statement: allow('s3:GetObject') } },
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

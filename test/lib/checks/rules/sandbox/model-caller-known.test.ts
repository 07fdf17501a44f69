import type { JsonObject, JsonValue } from '../../../../../runtime/core/contracts';
import { findingsOf, linesOf, UNKNOWN_PARAMETER } from '../../check-template';

describe('SandboxModelCallerKnown', () => {
  const lines = (resources: JsonObject, around?: JsonObject) => linesOf('SandboxModelCallerKnown', resources, around);
  const role = (service: string, Action = 'bedrock:InvokeModel'): JsonObject => ({
    Role: {
      Type: 'AWS::IAM::Role',
      Properties: {
        AssumeRolePolicyDocument: {
          Statement: { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: service } },
        },
        Policies: [{ PolicyName: 'p', PolicyDocument: { Statement: { Effect: 'Allow', Action, Resource: '*' } } }],
      },
    },
  });
  const work = (Role: JsonValue): JsonObject => ({ Work: { Type: 'AWS::Lambda::Function', Properties: { Role } } });
  const OWN = { 'Fn::GetAtt': ['Role', 'Arn'] };

  test('a role of the template tells it, whichever it is', () => {
    expect(lines({ ...role('lambda.amazonaws.com'), ...work(OWN) })).toEqual([]);
    expect(lines({ ...role('lambda.amazonaws.com', 's3:ListAllMyBuckets'), ...work(OWN) })).toEqual([]);
  });

  const severities = (resources: JsonObject, around?: JsonObject) =>
    findingsOf('SandboxModelCallerKnown', resources, around).map(({ severity }) => severity);

  test('a role from elsewhere is an error where the template names it, and a warning where a parameter does', () => {
    const elsewhere = work('arn:aws:iam::111122223333:role/one');
    expect(lines(elsewhere)).toEqual([
      "Work Properties.Role: can't be proven: whether this Lambda function may call a model, because the role arn:aws:iam::111122223333:role/one isn't in the template",
    ]);
    expect(severities(elsewhere)).toEqual(['error']);
    expect(severities(work({ 'Fn::Sub': `arn:\${AWS::Partition}:iam::\${AWS::AccountId}:role/one` }))).toEqual([
      'error',
    ]);
    expect(severities(work({ 'Fn::ImportValue': 'agent-role' }))).toEqual(['error']);
    expect(severities(work({ Ref: 'Unknown' }), UNKNOWN_PARAMETER)).toEqual(['warning']);
    const withPolicy = { Role: { Type: 'AWS::IAM::Role', Properties: { ManagedPolicyArns: [{ Ref: 'Unknown' }] } } };
    expect(severities({ ...withPolicy, ...work(OWN) }, UNKNOWN_PARAMETER)).toEqual(['warning']);
    expect(severities(role('lambda.amazonaws.com'))).toEqual(['warning']);
  });

  test('a role for code that nothing takes, or something unknown does', () => {
    expect(lines(role('lambda.amazonaws.com'))).toEqual([
      expect.stringMatching(/^Role Properties: .*isn’t in the template/),
    ]);
    const airflow = { Env: { Type: 'AWS::MWAA::Environment', Properties: { ExecutionRoleArn: OWN } } };
    expect(lines({ ...role('ec2.amazonaws.com'), ...airflow })).toEqual([
      expect.stringContaining('Env (AWS::MWAA::Environment) takes it'),
    ]);
  });

  test('what embeds or indexes is no agent, and neither are people', () => {
    const base = { Base: { Type: 'AWS::Bedrock::KnowledgeBase', Properties: { RoleArn: OWN } } };
    expect(lines({ ...role('lambda.amazonaws.com'), ...base })).toEqual([]);
    expect(lines(role('bedrock.amazonaws.com'))).toEqual([]);
  });
});

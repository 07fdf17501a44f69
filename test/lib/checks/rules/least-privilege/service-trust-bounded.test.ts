import type { JsonObject } from '../../../../../runtime/core/contracts';
import { linesOf, UNKNOWN_PARAMETER } from '../../check-template';

describe('LeastPrivilegeServiceTrustBounded', () => {
  const app = (condition: unknown, service = 'bedrock.amazonaws.com', user: JsonObject = AGENT): JsonObject => ({
    Role: {
      Type: 'AWS::IAM::Role',
      Properties: {
        AssumeRolePolicyDocument: {
          Statement: [
            {
              Effect: 'Allow',
              Principal: { Service: service },
              Action: 'sts:AssumeRole',
              ...(condition === undefined ? {} : { Condition: condition as JsonObject }),
            },
          ],
        },
      },
    },
    User: user,
  });
  const AGENT = {
    Type: 'AWS::Bedrock::Agent',
    Properties: { AgentResourceRoleArn: { 'Fn::GetAtt': ['Role', 'Arn'] } },
  };
  const lines = (resources: JsonObject) => linesOf('LeastPrivilegeServiceTrustBounded', resources, UNKNOWN_PARAMETER);

  test.each([
    [{ StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } }],
    [
      {
        ArnLike: {
          'AWS:SourceArn': { 'Fn::Join': ['', ['arn:aws:bedrock:eu-west-1:', { Ref: 'AWS::AccountId' }, ':agent/*']] },
        },
      },
    ],
  ])('a trust with the condition %j is fine', (condition) => {
    expect(lines(app(condition))).toEqual([]);
  });

  test.each([
    [undefined],
    [{ StringEquals: { 'aws:SourceAccount': '*' } }],
    [{ StringEqualsIfExists: { 'aws:SourceAccount': '111122223333' } }],
    [{ StringNotEquals: { 'aws:SourceAccount': '111122223333' } }],
    [{ ArnLike: { 'aws:SourceArn': 'arn:aws:bedrock:eu-west-1:*:agent/*' } }],
    [{ StringEquals: { 'aws:SourceAccount': { Ref: 'Unknown' } } }],
  ])('a trust with the condition %j is found', (condition) => {
    expect(lines(app(condition))).toEqual([
      expect.stringContaining('Role Properties.AssumeRolePolicyDocument.Statement[0]: Bedrock may assume the role'),
    ]);
  });

  test('roles of others, and services that are no deputy of Bedrock, are left alone', () => {
    expect(lines(app(undefined, 'lambda.amazonaws.com'))).toEqual([]);
    const fn = { Type: 'AWS::Lambda::Function', Properties: { Role: { 'Fn::GetAtt': ['Role', 'Arn'] } } };
    expect(lines(app(undefined, 'bedrock.amazonaws.com', fn))).toEqual([]);
  });
});

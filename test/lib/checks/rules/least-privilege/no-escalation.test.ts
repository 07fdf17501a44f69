import type { JsonObject, JsonValue } from '../../../../../runtime/core/contracts';
import { linesOf, UNKNOWN_PARAMETER } from '../../check-template';

describe('LeastPrivilegeNoEscalation', () => {
  const lines = (resources: JsonObject, around?: JsonObject) =>
    linesOf('LeastPrivilegeNoEscalation', resources, around);
  const model = {
    Effect: 'Allow',
    Action: 'bedrock:InvokeModel',
    Resource: 'arn:aws:bedrock:eu-west-1::foundation-model/one',
  };
  const app = (...statements: JsonObject[]): JsonObject => ({
    Role: {
      Type: 'AWS::IAM::Role',
      Properties: { Policies: [{ PolicyName: 'p', PolicyDocument: { Statement: statements } }] },
    },
    Agent: { Type: 'AWS::Lambda::Function', Properties: { Role: { 'Fn::GetAtt': ['Role', 'Arn'] } } },
  });
  const may = (Action: JsonValue, Resource: JsonValue = 'arn:aws:iam::111122223333:role/one') =>
    app(model, { Effect: 'Allow', Action, Resource });

  test.each([
    ['iam:PassRole'],
    ['sts:AssumeRole'],
    ['iam:PutRolePolicy'],
    ['iam:CreateAccessKey'],
    ['lambda:UpdateFunctionCode'],
    ['ssm:SendCommand'],
    ['s3:PutBucketPolicy'],
    ['kms:PutKeyPolicy'],
    ['lambda:AddPermission'],
    ['iam:Attach*'],
    ['STS:assumerole'],
    ['codebuild:StartBuild'],
    ['ec2:ModifyInstanceAttribute'],
    ['ec2:CreateLaunchTemplateVersion'],
    ['apprunner:UpdateService'],
    ['ec2:AuthorizeSecurityGroupEgress'],
    ['ec2:CreateRoute'],
    ['ec2:ModifyVpcEndpoint'],
  ])('%s of one exact ARN is found', (action) => {
    expect(lines(may(action))).toEqual([
      expect.stringMatching(
        /^Role Properties\.Policies\[0\]\.PolicyDocument\.Statement\[1\]\.Action: allows the agent Agent /,
      ),
    ]);
  });

  test.each([
    'iam:GetRole',
    'iam:ListRoles',
    's3:PutObject',
    'dynamodb:DeleteItem',
    'lambda:InvokeFunction',
    'kms:Decrypt',
    'codebuild:BatchGetBuilds',
    'codebuild:StopBuild',
    'ec2:StopInstances',
    'ec2:CreateNetworkInterface',
  ])('%s opens nothing else', (action) => expect(lines(may(action))).toEqual([]));

  test('a function that calls no model may pass a role', () => {
    expect(
      lines(app({ Effect: 'Allow', Action: 'iam:PassRole', Resource: 'arn:aws:iam::111122223333:role/one' })),
    ).toEqual([]);
  });

  test('a Deny, and a boundary, take it back', () => {
    expect(
      lines(
        app(
          model,
          { Effect: 'Allow', Action: 'iam:PassRole', Resource: '*' },
          { Effect: 'Deny', Action: 'iam:*', Resource: '*' },
        ),
      ),
    ).toEqual([]);
  });

  test('an action that isn’t known is left to the rules that can’t prove it', () => {
    expect(lines(may({ Ref: 'Unknown' }), UNKNOWN_PARAMETER)).toEqual([]);
    expect(linesOf('LeastPrivilegeNoWildcard', may({ Ref: 'Unknown' }), UNKNOWN_PARAMETER)).toEqual([
      expect.stringContaining("can't be proven"),
    ]);
    expect(lines(may('iam:PassRole', { Ref: 'Unknown' }), UNKNOWN_PARAMETER)).toHaveLength(1);
  });
});

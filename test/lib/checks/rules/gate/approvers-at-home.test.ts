import type { JsonObject, JsonValue } from '../../../../../runtime/core/contracts';
import { linesOf, UNKNOWN_PARAMETER } from '../../check-template';

const trusting = (principal: JsonValue, variable = 'APPROVER_ROLE_NAME'): JsonObject => ({
  Decide: {
    Type: 'AWS::Lambda::Function',
    Properties: { Environment: { Variables: { [variable]: { Ref: 'People' } } } },
  },
  People: {
    Type: 'AWS::IAM::Role',
    Properties: {
      AssumeRolePolicyDocument: {
        Statement: { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: principal },
      },
    },
  },
});

describe('GateApproversAtHome', () => {
  const lines = (resources: JsonObject, around?: JsonObject) => linesOf('GateApproversAtHome', resources, around);

  test.each<[string, JsonValue]>([
    ['the account', { AWS: { Ref: 'AWS::AccountId' } }],
    ['the account’s root', { AWS: { 'Fn::Sub': `arn:\${AWS::Partition}:iam::\${AWS::AccountId}:root` } }],
    ['a role of the account', { AWS: { 'Fn::Sub': `arn:aws:iam::\${AWS::AccountId}:role/people` } }],
    ['a service, which another claim finds', { Service: 'lambda.amazonaws.com' }],
  ])('%s is fine', (_, principal) => expect(lines(trusting(principal))).toEqual([]));

  test.each<[string, JsonValue, string]>([
    ['another account', { AWS: '999988887777' }, '999988887777, of another account,'],
    ['its root', { AWS: 'arn:aws:iam::999988887777:root' }, '999988887777'],
    [
      'its root, in any partition',
      { AWS: { 'Fn::Sub': `arn:\${AWS::Partition}:iam::999988887777:root` } },
      '999988887777',
    ],
    ['it beside the own', { AWS: [{ Ref: 'AWS::AccountId' }, '999988887777'] }, '999988887777'],
    ['anybody', '*', 'anybody'],
    ['somebody who can’t be known', { AWS: { Ref: 'Unknown' } }, 'anybody'],
  ])('%s is found', (_, principal, who) => {
    expect(lines(trusting(principal), UNKNOWN_PARAMETER)).toEqual([
      expect.stringMatching(new RegExp(`^People Properties.AssumeRolePolicyDocument: .*${who}`)),
    ]);
    expect(lines(trusting(principal, 'OPERATOR_ROLE_NAME'), UNKNOWN_PARAMETER)).toHaveLength(1);
  });

  test('a role that no desk names is the app’s own', () => {
    expect(lines(trusting({ AWS: '999988887777' }, 'OTHER_ROLE_NAME'))).toEqual([]);
  });
});

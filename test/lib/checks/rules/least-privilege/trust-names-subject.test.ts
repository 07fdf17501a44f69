import type { JsonObject, JsonValue } from '../../../../../runtime/core/contracts';
import { linesOf, UNKNOWN_PARAMETER } from '../../check-template';

describe('LeastPrivilegeTrustNamesSubject', () => {
  const lines = (resources: JsonObject, around?: JsonObject) =>
    linesOf('LeastPrivilegeTrustNamesSubject', resources, around);
  const CLUSTER = 'arn:aws:iam::111122223333:oidc-provider/oidc.eks.eu-west-1.amazonaws.com/id/ONE';
  const trusting = (Condition: JsonValue, Federated: JsonValue = CLUSTER): JsonObject => ({
    Role: {
      Type: 'AWS::IAM::Role',
      Properties: {
        AssumeRolePolicyDocument: {
          Statement: [
            { Effect: 'Allow', Action: 'sts:AssumeRoleWithWebIdentity', Principal: { Federated }, Condition },
          ],
        },
      },
    },
  });
  const sub = (value: JsonValue, operator = 'StringEquals') => trusting({ [operator]: { 'issuer:sub': value } });

  test('a subject is named', () => {
    expect(lines(sub('system:serviceaccount:desk:agent'))).toEqual([]);
    expect(lines(sub('system:serviceaccount:desk:*', 'StringLike'))).toEqual([]);
    expect(lines(sub('repo:one/two:*', 'StringLike'))).toEqual([]);
  });

  test('only an audience, nothing, or anybody is found', () => {
    expect(lines(trusting({ StringEquals: { 'issuer:aud': 'sts.amazonaws.com' } }))).toEqual([
      'Role Properties.AssumeRolePolicyDocument.Statement[0]: names no subject: whoever has a token of the provider takes the role',
    ]);
    expect(lines(trusting({}))).toHaveLength(1);
    expect(lines(sub('*', 'StringLike'))).toEqual([expect.stringContaining('any subject')]);
    expect(lines(sub('system:serviceaccount:*:*', 'StringLike'))).toHaveLength(1);
    expect(lines(sub('repo:*', 'StringLike'))).toHaveLength(1);
    expect(lines(sub('x', 'StringNotEquals'))).toHaveLength(1);
  });

  test('an identity pool is named by the audience', () => {
    const pool = 'cognito-identity.amazonaws.com';
    expect(lines(trusting({ StringEquals: { [`${pool}:aud`]: 'eu-west-1:one' } }, pool))).toEqual([]);
    expect(lines(trusting({ 'ForAnyValue:StringLike': { [`${pool}:amr`]: 'authenticated' } }, pool))).toHaveLength(1);
  });

  test('a key that CDK makes at deployment is read in its own resource', () => {
    const made = (name: string): JsonObject => ({
      ...trusting({ StringEquals: { 'Fn::GetAtt': ['Json', 'Value'] } }),
      Json: {
        Type: 'Custom::AWSCDKCfnJson',
        Properties: { Value: `{"issuer:${name}":"system:serviceaccount:desk:agent"}` },
      },
    });
    expect(lines(made('sub'))).toEqual([]);
    expect(lines(made('aud'))).toHaveLength(1);
  });

  test('another trust is left alone', () => {
    const role = {
      Role: {
        Type: 'AWS::IAM::Role',
        Properties: {
          AssumeRolePolicyDocument: {
            Statement: { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'lambda.amazonaws.com' } },
          },
        },
      },
    };
    expect(lines(role)).toEqual([]);
  });

  test('an unknown subject can’t be proven', () => {
    expect(lines(sub({ Ref: 'Unknown' }), UNKNOWN_PARAMETER)).toEqual([expect.stringContaining("can't be proven")]);
  });
});

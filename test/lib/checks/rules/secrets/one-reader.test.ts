import type { JsonObject } from '../../../../../runtime/core/contracts';
import { changed, linesOf, UNKNOWN_PARAMETER } from '../../check-template';
import { gate } from '../network/network-template';

describe('SecretsOneReader', () => {
  const lines = (resources: JsonObject, around?: JsonObject) => linesOf('SecretsOneReader', resources, around);
  const secret: JsonObject = {
    ...gate,
    Reader: { Type: 'AWS::IAM::Role', Properties: {} },
    Other: { Type: 'AWS::IAM::Role', Properties: {} },
    Secret: { Type: 'AWS::SecretsManager::Secret', Properties: {} },
    Connector: {
      Type: 'AWS::Lambda::Function',
      Properties: { Environment: { Variables: { CREDENTIAL_SECRET_ARN: { Ref: 'Secret' } } } },
    },
    Policy: {
      Type: 'AWS::SecretsManager::ResourcePolicy',
      Properties: {
        SecretId: { Ref: 'Secret' },
        ResourcePolicy: {
          Statement: [
            {
              Effect: 'Deny',
              Principal: '*',
              Action: ['secretsmanager:GetSecretValue', 'secretsmanager:BatchGetSecretValue'],
              Resource: '*',
              Condition: { ArnNotEquals: { 'aws:PrincipalArn': { 'Fn::GetAtt': ['Reader', 'Arn'] } } },
            },
          ],
        },
      },
    },
  };
  const statement = ['Policy', 'Properties', 'ResourcePolicy', 'Statement', 0];

  test('a secret with one reader is fine', () => expect(lines(secret)).toEqual([]));

  test('without a gate, a policy that names the secret may say who reads it', () => {
    const alone = ['Policy', 'Gate', 'Connector'].reduce((rest, id) => changed(rest, [id], undefined), secret);
    expect(lines(alone)).toEqual([expect.stringContaining('has no resource policy')]);
    const policy = {
      Statement: [{ Effect: 'Allow', Action: 'secretsmanager:GetSecretValue', Resource: { Ref: 'Secret' } }],
    };
    const policies = [{ PolicyName: 'P', PolicyDocument: policy }];
    expect(lines(changed(alone, ['Reader', 'Properties', 'Policies'], policies))).toEqual([]);
  });

  test('a secret without a policy is found', () => {
    expect(lines(changed(secret, ['Policy'], undefined))).toEqual([expect.stringContaining('has no resource policy')]);
  });

  describe('beside a gate', () => {
    const beside = (more: JsonObject) =>
      lines({ ...secret, Beside: { Type: 'AWS::SecretsManager::Secret', Properties: {} }, ...more });
    const reader = (...others: JsonObject[]): JsonObject => ({
      User: { Type: 'AWS::Lambda::Function', Properties: { Role: { 'Fn::GetAtt': ['UserRole', 'Arn'] } } },
      UserRole: {
        Type: 'AWS::IAM::Role',
        Properties: {
          Policies: [
            {
              PolicyDocument: {
                Statement: [
                  { Effect: 'Allow', Action: 'secretsmanager:GetSecretValue', Resource: { Ref: 'Beside' } },
                  ...others,
                ],
              },
            },
          ],
        },
      },
    });

    test('a secret that neither the runtime nor an agent uses is the app’s own', () => {
      expect(beside({})).toEqual([]);
      expect(beside(reader())).toEqual([]);
    });

    test('a secret that an agent uses is found', () => {
      expect(beside(reader({ Effect: 'Allow', Action: 'bedrock:InvokeModel', Resource: '*' }))).toEqual([
        expect.stringContaining('Beside Properties: has no resource policy'),
      ]);
    });

    test('a secret for a variable of a part is found, also when the variable may name another one', () => {
      const value = { 'Fn::If': ['Other', { Ref: 'Secret' }, { Ref: 'Beside' }] };
      const connector = changed(secret, ['Connector', 'Properties', 'Environment', 'Variables'], {
        CREDENTIAL_SECRET_ARN: value,
      });
      const around = { ...UNKNOWN_PARAMETER, Conditions: { Other: { 'Fn::Equals': [{ Ref: 'Unknown' }, 'x'] } } };
      const all = { ...connector, Beside: { Type: 'AWS::SecretsManager::Secret', Properties: {} } };
      expect(lines(all, around)).toEqual([expect.stringContaining('Beside Properties: has no resource policy')]);
    });
  });

  test('of many secrets, each is held against its own policy', () => {
    const many = Array.from({ length: 3000 }, (_, i) => i);
    const app = Object.fromEntries(
      many.flatMap((i) => [
        [`S${i}`, { Type: 'AWS::SecretsManager::Secret', Properties: {} }],
        [`P${i}`, changed(secret.Policy as JsonObject, ['Properties', 'SecretId'], { Ref: `S${i === 7 ? 8 : i}` })],
      ]),
    );
    expect(lines({ Reader: secret.Reader, ...app } as JsonObject)).toEqual([expect.stringContaining('S7 Properties')]);
  });

  test.each<[string, (string | number)[], unknown]>([
    ['allows instead of denies', ['Effect'], 'Allow'],
    ['denies somebody only', ['Principal'], { AWS: 'arn:aws:iam::111122223333:role/x' }],
    ['is about something else', ['Resource'], 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:other-AbCdEf'],
    ['holds on a condition more', ['Condition', 'Bool'], { 'aws:SecureTransport': 'false' }],
    [
      'spares every role of an account that isn’t written out',
      ['Condition', 'ArnNotEquals', 'aws:PrincipalArn'],
      { 'Fn::Sub': `arn:\${AWS::Partition}:iam::\${AWS::AccountId}:role/*` },
    ],
    ['spares every role', ['Condition', 'ArnNotEquals', 'aws:PrincipalArn'], 'arn:aws:iam::111122223333:role/*'],
  ])('a policy that %s doesn’t count', (_name, path, value) => {
    expect(lines(changed(secret, [...statement, ...path], value))).toHaveLength(2);
  });

  test('an action left out, and a second reader, are found', () => {
    expect(lines(changed(secret, [...statement, 'Action'], 'secretsmanager:GetSecretValue'))).toEqual([
      expect.stringContaining('BatchGetSecretValue'),
    ]);
    const both = [{ 'Fn::GetAtt': ['Reader', 'Arn'] }, { 'Fn::GetAtt': ['Other', 'Arn'] }];
    expect(lines(changed(secret, [...statement, 'Condition', 'ArnNotEquals', 'aws:PrincipalArn'], both))).toEqual([
      expect.stringContaining('2 principals instead of one'),
      expect.stringContaining('2 principals instead of one'),
    ]);
  });

  test('an unknown reader, statement or secret of the policy can’t be proven', () => {
    for (const path of [
      [...statement, 'Condition', 'ArnNotEquals', 'aws:PrincipalArn'],
      statement,
      ['Policy', 'Properties', 'SecretId'],
    ]) {
      expect(lines(changed(secret, path, { Ref: 'Unknown' }), UNKNOWN_PARAMETER)).not.toEqual([]);
    }
  });
});

import type { JsonObject } from '../../../../runtime/core/contracts';
import { changed, linesOf, UNKNOWN_PARAMETER } from '../check-template';

describe('SecretsOneReader', () => {
  const lines = (resources: JsonObject, around?: JsonObject) => linesOf('SecretsOneReader', resources, around);
  const secret: JsonObject = {
    Reader: { Type: 'AWS::IAM::Role', Properties: {} },
    Other: { Type: 'AWS::IAM::Role', Properties: {} },
    Secret: { Type: 'AWS::SecretsManager::Secret', Properties: {} },
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

  test('a secret without a policy is found', () => {
    expect(lines(changed(secret, ['Policy'], undefined))).toEqual([expect.stringContaining('has no resource policy')]);
  });

  test.each<[string, (string | number)[], unknown]>([
    ['allows instead of denies', ['Effect'], 'Allow'],
    ['denies somebody only', ['Principal'], { AWS: 'arn:aws:iam::111122223333:role/x' }],
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

describe('SecretsNoPlainText', () => {
  const lines = (resources: JsonObject, around?: JsonObject) => linesOf('SecretsNoPlainText', resources, around);
  const fn = (variables: unknown): JsonObject => ({
    Secret: { Type: 'AWS::SecretsManager::Secret', Properties: {} },
    Fn: { Type: 'AWS::Lambda::Function', Properties: { Environment: { Variables: variables as JsonObject } } },
  });

  test('the name of a secret is fine', () => {
    expect(lines(fn({ CREDENTIAL_SECRET_ARN: { Ref: 'Secret' }, TABLE: 'x', TOKEN_LIMIT: '5' }))).toEqual([]);
  });

  test('a value in a variable is found without being repeated', () => {
    const found = lines(fn({ API_KEY: 'hunter2' }));
    expect(found).toEqual([
      'Fn Properties.Environment.Variables.API_KEY: API_KEY looks like a credential in an environment variable',
    ]);
    expect(found.join()).not.toContain('hunter2');
  });

  test('a dynamic reference in a variable is found', () => {
    expect(lines(fn({ X: '{{resolve:secretsmanager:one:SecretString}}' }))).toEqual([
      expect.stringContaining('it can be read there'),
    ]);
  });

  test('the format of a key is found anywhere, without being repeated', () => {
    const key = `AKIA${'A'.repeat(16)}`;
    const found = lines({ Any: { Type: 'Custom::Thing', Properties: { deep: [{ in: `key=${key}` }] } } });
    expect(found).toEqual(['Any Properties.deep[0].in: the template contains an AWS access key']);
  });

  test('a secret whose value is in the template, and one handed to a container, are found', () => {
    expect(lines({ S: { Type: 'AWS::SecretsManager::Secret', Properties: { SecretString: 'hunter2' } } })).toHaveLength(
      1,
    );
    const task = {
      Task: {
        Type: 'AWS::ECS::TaskDefinition',
        Properties: { ContainerDefinitions: [{ Secrets: [{ Name: 'X', ValueFrom: 'arn:x' }] }] },
      },
    };
    expect(lines(task as JsonObject)).toEqual([expect.stringContaining('gives a credential to the container')]);
  });

  test('what isn’t known can’t be proven', () => {
    expect(lines(fn({ DB_PASSWORD: { Ref: 'Unknown' } }), UNKNOWN_PARAMETER)).toEqual([
      expect.stringContaining("can't be proven"),
    ]);
    const value = { S: { Type: 'AWS::SecretsManager::Secret', Properties: { SecretString: { Ref: 'Unknown' } } } };
    expect(lines(value, UNKNOWN_PARAMETER)).toEqual([expect.stringContaining("can't be proven")]);
  });
});

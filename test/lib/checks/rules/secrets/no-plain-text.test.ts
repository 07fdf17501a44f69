import type { JsonObject } from '../../../../../runtime/core/contracts';
import { changed, linesOf, UNKNOWN_PARAMETER } from '../../check-template';

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

  test.each<[string, unknown]>([
    ['variables', { Ref: 'Unknown' }],
    ['variables beside a macro', { A: 'b', 'Fn::Transform': { Name: 'M' } }],
  ])('unknown %s can’t be proven', (_name, variables) => {
    expect(lines(fn(variables), UNKNOWN_PARAMETER)).toEqual([expect.stringContaining("can't be proven")]);
  });

  test('an unknown name of a variable can’t be proven', () => {
    const container = { Environment: [{ Name: '{{resolve:ssm:/name}}', Value: 'x' }] };
    const task = { Type: 'AWS::ECS::TaskDefinition', Properties: { ContainerDefinitions: [container] } };
    expect(lines({ Task: task })).toEqual([expect.stringMatching(/Environment\[0\]: can't be proven/)]);
  });

  test('a secret whose value CloudFormation reads from another secret is fine', () => {
    const secret = (value: JsonObject | string) => ({
      S: { Type: 'AWS::SecretsManager::Secret', Properties: { SecretString: value } },
    });
    expect(lines(secret('{{resolve:secretsmanager:one:SecretString:password}}'))).toEqual([]);
    expect(
      lines(secret({ 'Fn::Join': ['', ['{{resolve:secretsmanager:', { Ref: 'S' }, ':SecretString:::}}']] })),
    ).toEqual([]);
    expect(lines(secret('{{resolve:ssm-secure:/one:1}}'))).toEqual([]);
    expect(lines(secret('{{resolve:ssm:/one}}'))).toEqual([expect.stringContaining('a parameter in plain text')]);
    expect(lines(secret('hunter2 {{resolve:ssm:/one}}'))).toEqual([
      expect.stringContaining('a parameter in plain text'),
    ]);
  });

  test('a property that takes a password may be a dynamic reference', () => {
    const password = '{{resolve:secretsmanager:one:SecretString:password}}';
    expect(lines({ Db: { Type: 'AWS::RDS::DBInstance', Properties: { MasterUserPassword: password } } })).toEqual([]);
  });

  test('the format of a key is found anywhere, without being repeated', () => {
    const key = `AKIA${'A'.repeat(16)}`;
    const found = lines({ Any: { Type: 'Custom::Thing', Properties: { deep: [{ in: `key=${key}` }] } } });
    expect(found).toEqual(['Any Properties.deep[0].in: the template contains an AWS access key']);
  });

  test('a secret whose value is in the template, and one handed to a container behind the gate, are found', () => {
    expect(lines({ S: { Type: 'AWS::SecretsManager::Secret', Properties: { SecretString: 'hunter2' } } })).toHaveLength(
      1,
    );
    const gate = {
      Gate: { Type: 'AWS::Lambda::Function', Properties: { Environment: { Variables: { AGENT_ROLE_NAME: 'a' } } } },
    };
    const task = (more: JsonObject, role: JsonObject = {}): JsonObject => ({
      Task: {
        Type: 'AWS::ECS::TaskDefinition',
        Properties: { ContainerDefinitions: [{ Secrets: [{ Name: 'X', ValueFrom: 'arn:x' }] }], ...more },
      },
      ...role,
    });
    const role = (action: string) => ({
      Role: {
        Type: 'AWS::IAM::Role',
        Properties: {
          Policies: [
            { PolicyName: 'P', PolicyDocument: { Statement: [{ Effect: 'Allow', Action: action, Resource: '*' }] } },
          ],
        },
      },
    });
    const own = { TaskRoleArn: { 'Fn::GetAtt': ['Role', 'Arn'] } };
    const foreign = { TaskRoleArn: 'arn:aws:iam::111122223333:role/Elsewhere' };
    for (const given of [task(own, role('bedrock:InvokeModel')), task(foreign), task({ TaskRoleArn: { Ref: 'U' } })]) {
      expect(lines({ ...given, ...gate })).toEqual([expect.stringContaining('gives a credential to the container')]);
      // Without a gate, nothing else could hold the agent's credentials, and it isn't in what can be described.
      expect(lines(given)).toEqual([]);
    }
    for (const given of [task(own, role('s3:GetObject')), task({})]) expect(lines({ ...given, ...gate })).toEqual([]);
  });

  test('what isn’t known can’t be proven', () => {
    expect(lines(fn({ DB_PASSWORD: { Ref: 'Unknown' } }), UNKNOWN_PARAMETER)).toEqual([
      expect.stringContaining("can't be proven"),
    ]);
    const value = { S: { Type: 'AWS::SecretsManager::Secret', Properties: { SecretString: { Ref: 'Unknown' } } } };
    expect(lines(value, UNKNOWN_PARAMETER)).toEqual([expect.stringContaining("which isn't NoEcho")]);
    const made = { ...value, Made: { Type: 'Custom::Password' } };
    expect(lines(changed(made, ['S', 'Properties', 'SecretString'], { 'Fn::Transform': { Name: 'M' } }))).toEqual([
      expect.stringContaining("can't be proven"),
    ]);
  });
});

import type { JsonObject } from '../../../../../runtime/core/contracts';
import { changed, linesOf } from '../../check-template';
import { roleWith } from '../../knowledge-template';

describe('SecretsRotated', () => {
  const lines = (resources: JsonObject) => linesOf('SecretsRotated', resources);
  const MODEL: JsonObject = { Effect: 'Allow', Action: 'bedrock:InvokeModel', Resource: 'arn:aws:bedrock:::m' };
  const READ: JsonObject = { Effect: 'Allow', Action: 'secretsmanager:GetSecretValue', Resource: { Ref: 'Password' } };
  const FN: JsonObject = { Type: 'AWS::Lambda::Function', Properties: { Role: { 'Fn::GetAtt': ['Role', 'Arn'] } } };
  const database = (type = 'AWS::RDS::DBInstance'): JsonObject => ({
    Password: { Type: 'AWS::SecretsManager::Secret', Properties: { Name: 'orders' } },
    Attachment: {
      Type: 'AWS::SecretsManager::SecretTargetAttachment',
      Properties: { SecretId: { Ref: 'Password' }, TargetId: 'orders', TargetType: type },
    },
  });
  const app: JsonObject = { Role: roleWith('lambda.amazonaws.com', MODEL, READ), Fn: FN, ...database() };
  const rotation = (secret: unknown): JsonObject => ({
    Rotation: { Type: 'AWS::SecretsManager::RotationSchedule', Properties: { SecretId: secret as JsonObject } },
  });

  test('a rotated secret is fine, by whatever the schedule names it', () => {
    for (const name of [{ Ref: 'Password' }, { Ref: 'Attachment' }, 'orders']) {
      expect(lines({ ...app, ...rotation(name) })).toEqual([]);
    }
  });

  test('a database’s password that the agent uses and nobody rotates is found', () => {
    expect(lines(app)).toEqual([
      'Password Properties: the password of the AWS::RDS::DBInstance is never changed, though AWS could',
    ]);
    expect(lines({ ...app, ...rotation('another') })).toHaveLength(1);
  });

  test('so is one that the function of a managed agent’s tools uses', () => {
    const tools: JsonObject = {
      Desk: {
        Type: 'AWS::Bedrock::Agent',
        Properties: { ActionGroups: [{ ActionGroupExecutor: { Lambda: { 'Fn::GetAtt': ['Fn', 'Arn'] } } }] },
      },
      Role: roleWith('lambda.amazonaws.com', READ),
      Fn: FN,
      ...database('AWS::RDS::DBCluster'),
    };
    expect(lines(tools)).toHaveLength(1);
    const gateway: JsonObject = {
      Tools: { Type: 'AWS::BedrockAgentCore::Gateway', Properties: {} },
      Desk: {
        Type: 'AWS::BedrockAgentCore::Runtime',
        Properties: { EnvironmentVariables: { TOOLS: { 'Fn::GetAtt': ['Tools', 'GatewayUrl'] } } },
      },
      Target: {
        Type: 'AWS::BedrockAgentCore::GatewayTarget',
        Properties: {
          GatewayIdentifier: { Ref: 'Tools' },
          TargetConfiguration: { Mcp: { Lambda: { LambdaArn: { 'Fn::GetAtt': ['Fn', 'Arn'] } } } },
        },
      },
    };
    expect(lines(changed({ ...tools, ...gateway }, ['Fn', 'Properties', 'MemorySize'], 256))).toHaveLength(1);
  });

  test('secrets that AWS can’t rotate, and those of other apps’ parts, are left alone', () => {
    expect(lines(changed(app, ['Attachment'], undefined))).toEqual([]);
    expect(lines({ ...app, ...database('AWS::Other::Store') })).toEqual([]);
    expect(lines({ ...database(), Role: roleWith('lambda.amazonaws.com', READ), Fn: FN })).toEqual([]);
  });
});

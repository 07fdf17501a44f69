import { saysOf, UNKNOWN, UNPROVEN } from '../../one-resource';

const KEY = 'arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab';

describe('AuditManagedOwnKey', () => {
  const says = (type: string, properties: object) => saysOf('AuditManagedOwnKey', type, properties);

  test.each([
    ['AWS::BedrockAgentCore::Gateway', (key: unknown) => ({ KmsKeyArn: key })],
    ['AWS::BedrockAgentCore::Memory', (key: unknown) => ({ EncryptionKeyArn: key })],
    ['AWS::BedrockAgentCore::PolicyEngine', (key: unknown) => ({ EncryptionKeyArn: key })],
    ['AWS::Bedrock::Agent', (key: unknown) => ({ CustomerEncryptionKeyArn: key })],
    ['AWS::Bedrock::Flow', (key: unknown) => ({ CustomerEncryptionKeyArn: key })],
    ['AWS::Bedrock::Session', (key: unknown) => ({ EncryptionKeyArn: key })],
  ])('%s has a key of the account, or is found', (type, with_) => {
    expect(says(type, with_(KEY))).toEqual([]);
    expect(says(type, {})).toEqual([expect.stringContaining('encrypted with a key of AWS')]);
    expect(says(type, with_({ Ref: 'AWS::NoValue' }))).toHaveLength(1);
    expect(says(type, with_(UNKNOWN))).toEqual([UNPROVEN]);
  });
});

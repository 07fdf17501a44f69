import { isTextual } from '../../../template';
import { offencesAt } from '../../judge/offences';
import type { Rule } from '../../rule';

/** With a key of its own, the app decides who can read conversations, and can end that for all copies at once. */
export const managedOwnKey: Rule = {
  id: 'AuditManagedOwnKey',
  pillar: 'audit',
  severity: 'warning',
  holds: 'What AWS keeps of an agent’s conversations, memory and tools is encrypted with a KMS key of the account.',
  source:
    'Amazon Bedrock User Guide, "Encryption of agent resources"; Amazon Bedrock AgentCore Developer Guide, "Encrypt your gateway with customer-managed KMS key" and "Encrypt your AgentCore Memory"; NIST SP 800-53 SC-12, SC-28',
  fix: 'Name a key: KmsKeyArn of a gateway, EncryptionKeyArn of a memory or a policy engine, CustomerEncryptionKeyArn of an agent or a flow.',
  lists: ['LLM02:2025', 'NIST SP 800-53 SC-28'],
  insecure: `Resources:
  Memory:
    Type: AWS::BedrockAgentCore::Memory
    Properties: { Name: desk, EventExpiryDuration: 30 }
`,
  secure: `Resources:
  Memory:
    Type: AWS::BedrockAgentCore::Memory
    Properties:
      Name: desk
      EventExpiryDuration: 30
      EncryptionKeyArn: arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab
`,
  *check(assembly) {
    for (const [type, path] of KEYS) {
      for (const resource of assembly.ofType(type)) {
        yield* offencesAt(resource, path, (key) =>
          isTextual(key) && key !== '' ? undefined : 'is encrypted with a key of AWS, not one of the account',
        );
      }
    }
  },
};

const KEYS: readonly (readonly [type: string, path: readonly string[]])[] = [
  ['AWS::BedrockAgentCore::Gateway', ['KmsKeyArn']],
  ['AWS::BedrockAgentCore::Memory', ['EncryptionKeyArn']],
  ['AWS::BedrockAgentCore::PolicyEngine', ['EncryptionKeyArn']],
  ['AWS::Bedrock::Agent', ['CustomerEncryptionKeyArn']],
  ['AWS::Bedrock::Flow', ['CustomerEncryptionKeyArn']],
  ['AWS::Bedrock::Session', ['EncryptionKeyArn']],
];

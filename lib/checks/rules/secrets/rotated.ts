import { type Assembly, describe, type Resource } from '../../../template';
import { isCertainlyOn } from '../../../template/iam/attachment';
import { nearAgents } from '../../facts/near-agents';
import { assumed } from '../../judge/offences';
import type { Offence, Rule } from '../../rule';

/** A password that leaked once works until somebody changes it. */
export const rotated: Rule = {
  id: 'SecretsRotated',
  pillar: 'secrets',
  severity: 'warning',
  holds: 'A database’s secret that an agent or its tools use is rotated. Other secrets are left to their issuers.',
  source:
    'Secrets Manager User Guide, "Rotate AWS Secrets Manager secrets" and "Database credentials"; SecretsManager.1 of AWS Security Hub; NIST SP 800-53 IA-5(1)',
  fix: 'Add AWS::SecretsManager::RotationSchedule for the secret, or let the database keep its password: ManageMasterUserPassword: true.',
  lists: ['ASI03', 'MCP01:2025', 'NIST SP 800-53 IA-5'],
  insecure: `Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument: {}
      Policies:
        - PolicyName: model
          PolicyDocument:
            Statement:
              - { Effect: Allow, Action: 'bedrock:InvokeModel', Resource: 'arn:aws:bedrock:eu-west-1::foundation-model/example.model-v1' }
              - { Effect: Allow, Action: 'secretsmanager:GetSecretValue', Resource: !Ref Password }
  Desk:
    Type: AWS::Lambda::Function
    Properties: { Role: !GetAtt Role.Arn }
  Password:
    Type: AWS::SecretsManager::Secret
  Attachment:
    Type: AWS::SecretsManager::SecretTargetAttachment
    Properties: { SecretId: !Ref Password, TargetId: orders, TargetType: AWS::RDS::DBInstance }
`,
  secure: `Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument: {}
      Policies:
        - PolicyName: model
          PolicyDocument:
            Statement:
              - { Effect: Allow, Action: 'bedrock:InvokeModel', Resource: 'arn:aws:bedrock:eu-west-1::foundation-model/example.model-v1' }
              - { Effect: Allow, Action: 'secretsmanager:GetSecretValue', Resource: !Ref Password }
  Desk:
    Type: AWS::Lambda::Function
    Properties: { Role: !GetAtt Role.Arn }
  Password:
    Type: AWS::SecretsManager::Secret
  Attachment:
    Type: AWS::SecretsManager::SecretTargetAttachment
    Properties: { SecretId: !Ref Password, TargetId: orders, TargetType: AWS::RDS::DBInstance }
  Rotation:
    Type: AWS::SecretsManager::RotationSchedule
    Properties: { SecretId: !Ref Password, RotationRules: { AutomaticallyAfterDays: 30 } }
`,
  *check(assembly) {
    const near = nearAgents(assembly);
    for (const attachment of assembly.ofType('AWS::SecretsManager::SecretTargetAttachment')) {
      yield* unrotated(assembly, attachment, near);
    }
  },
};

/** What AWS rotates itself. Source: Secrets Manager User Guide, "Rotation function templates". */
const ROTATED_BY_AWS = /^AWS::(RDS::DB(Instance|Cluster)|Redshift::Cluster|DocDB::DB(Instance|Cluster))$/;

function* unrotated(assembly: Assembly, attachment: Resource, near: ReadonlySet<Resource>): Generator<Offence> {
  const kinds = attachment.property('TargetType').map(({ value }) => describe(value));
  if (!kinds.some((kind) => ROTATED_BY_AWS.test(kind))) return;
  for (const { value, assuming } of attachment.property('SecretId')) {
    const secret = assembly.find(value);
    if (secret === undefined || !(near.has(secret) || near.has(attachment))) continue;
    if (isRotated(assembly, [secret, attachment])) continue;
    const message = assumed(`the password of the ${kinds.join(' or ')} is never changed, though AWS could`, assuming);
    yield { resource: secret, property: 'Properties', message };
  }
}

/** The schedule names the secret, or its attachment, which has the secret's ARN. */
function isRotated(assembly: Assembly, names: readonly Resource[]): boolean {
  return assembly
    .ofType('AWS::SecretsManager::RotationSchedule')
    .some((schedule) => names.some((name) => isCertainlyOn(assembly, schedule, 'SecretId', name)));
}

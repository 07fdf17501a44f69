import type { JsonObject } from '../../../../../runtime/core/contracts';
import { changed } from '../../check-template';

export const arn = (id: string): JsonObject => ({ 'Fn::GetAtt': [id, 'Arn'] });

export const deny = (action: string, resource: unknown, condition: JsonObject) =>
  ({ Effect: 'Deny', Principal: '*', Action: action, Resource: resource, Condition: condition }) as JsonObject;

export const policyOf = (id: string, ...more: JsonObject[]): JsonObject => ({
  Type: 'AWS::S3::BucketPolicy',
  Properties: {
    Bucket: { Ref: id },
    PolicyDocument: { Statement: [deny('s3:*', '*', { Bool: { 'aws:SecureTransport': 'false' } }), ...more] },
  },
});

export const bucketOf = (more: JsonObject = {}): JsonObject => ({
  Type: 'AWS::S3::Bucket',
  DeletionPolicy: 'Retain',
  UpdateReplacePolicy: 'Retain',
  Properties: {
    BucketEncryption: {
      ServerSideEncryptionConfiguration: [
        {
          ServerSideEncryptionByDefault: {
            SSEAlgorithm: 'aws:kms',
            KMSMasterKeyID: 'arn:aws:kms:x:111122223333:key/k',
          },
        },
      ],
    },
    PublicAccessBlockConfiguration: {
      BlockPublicAcls: true,
      BlockPublicPolicy: true,
      IgnorePublicAcls: true,
      RestrictPublicBuckets: true,
    },
    ...more,
  },
});

export const locked = () =>
  bucketOf({
    ObjectLockEnabled: true,
    ObjectLockConfiguration: { Rule: { DefaultRetention: { Mode: 'COMPLIANCE', Days: 365 } } },
    VersioningConfiguration: { Status: 'Enabled' },
  });

export const once = (id: string, prefix: string) =>
  deny('s3:PutObject', [{ 'Fn::Sub': `\${${id}.Arn}/${prefix}/*` }], { Null: { 's3:if-none-match': 'true' } });

export const selector = (ids: string[], ...more: JsonObject[]): JsonObject => ({
  FieldSelectors: [
    { Field: 'eventCategory', Equals: ['Data'] },
    { Field: 'resources.type', Equals: ['AWS::S3::Object'] },
    { Field: 'resources.ARN', StartsWith: ids.map((id) => ({ 'Fn::Sub': `\${${id}.Arn}/` })) },
    ...more,
  ],
});

/** A runtime's sealer and gate, and what they write to. */
export const runtime: JsonObject = {
  Gate: {
    Type: 'AWS::Lambda::Function',
    Properties: {
      Environment: { Variables: { LEDGER_BUCKET: { Ref: 'Ledger' }, EVIDENCE_BUCKET: { Ref: 'Evidence' } } },
    },
  },
  Sealer: {
    Type: 'AWS::Lambda::Function',
    Properties: {
      Environment: { Variables: { WITNESS_BUCKET: { Ref: 'Witness' }, PUBLICATION_BUCKET: { Ref: 'Publication' } } },
    },
  },
  Ledger: locked(),
  LedgerPolicy: policyOf('Ledger', once('Ledger', 'entries')),
  Witness: locked(),
  WitnessPolicy: policyOf('Witness', once('Witness', 'checkpoints')),
  Files: locked(),
  FilesPolicy: policyOf('Files'),
  Evidence: bucketOf(),
  EvidencePolicy: policyOf('Evidence'),
  Publication: changed(bucketOf(), ['Properties', 'BucketEncryption'], undefined),
  PublicationPolicy: policyOf('Publication'),
  Trail: {
    Type: 'AWS::CloudTrail::Trail',
    Properties: {
      S3BucketName: { Ref: 'Files' },
      IsLogging: true,
      EnableLogFileValidation: true,
      AdvancedEventSelectors: [
        selector(['Ledger', 'Witness'], { Field: 'readOnly', Equals: ['false'] }),
        selector(['Evidence']),
      ],
    },
  },
  Agent: {
    Type: 'AWS::ECS::TaskDefinition',
    Properties: {
      TaskRoleArn: arn('AgentRole'),
      ContainerDefinitions: [
        { LogConfiguration: { LogDriver: 'awslogs', Options: { 'awslogs-group': { Ref: 'AgentLog' } } } },
      ],
    },
  },
  AgentRole: {
    Type: 'AWS::IAM::Role',
    Properties: { Policies: [{ PolicyDocument: { Statement: { Effect: 'Allow', Action: 'bedrock:InvokeModel' } } }] },
  },
  AgentLog: { Type: 'AWS::Logs::LogGroup' },
};

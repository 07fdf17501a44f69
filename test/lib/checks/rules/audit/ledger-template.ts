import type { JsonObject } from '../../../../../runtime/core/contracts';

export const deny = (actions: string[], condition?: JsonObject): JsonObject => ({
  Effect: 'Deny',
  Principal: { AWS: '*' },
  Action: actions,
  Resource: '*',
  ...(condition === undefined ? {} : { Condition: condition }),
});

export const notDeployer = { ArnNotLike: { 'aws:PrincipalArn': 'arn:aws:iam::111122223333:role/deploy' } };

export const account = {
  Effect: 'Allow',
  Principal: { AWS: { 'Fn::Sub': `arn:\${AWS::Partition}:iam::\${AWS::AccountId}:root` } },
  Action: 'kms:*',
  Resource: '*',
};

export const ledger: JsonObject = {
  Key: {
    Type: 'AWS::KMS::Key',
    Properties: {
      KeyPolicy: {
        Statement: [
          account,
          deny(['kms:ScheduleKeyDeletion', 'kms:DisableKey']),
          deny(['kms:PutKeyPolicy'], notDeployer),
        ],
      },
    },
  },
  Ledger: {
    Type: 'AWS::S3::Bucket',
    DeletionPolicy: 'Retain',
    UpdateReplacePolicy: 'Retain',
    Properties: {
      ObjectLockEnabled: true,
      ObjectLockConfiguration: {
        ObjectLockEnabled: 'Enabled',
        Rule: { DefaultRetention: { Mode: 'COMPLIANCE', Days: 365 } },
      },
      VersioningConfiguration: { Status: 'Enabled' },
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [
          {
            ServerSideEncryptionByDefault: {
              SSEAlgorithm: 'aws:kms',
              KMSMasterKeyID: { 'Fn::GetAtt': ['Key', 'Arn'] },
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
    },
  },
  LedgerPolicy: {
    Type: 'AWS::S3::BucketPolicy',
    Properties: {
      Bucket: { Ref: 'Ledger' },
      PolicyDocument: { Statement: [deny(['s3:*'], { Bool: { 'aws:SecureTransport': 'false' } })] },
    },
  },
  Writer: {
    Type: 'AWS::IAM::Role',
    Properties: {
      Policies: [
        {
          PolicyDocument: {
            Statement: { Effect: 'Allow', Action: 's3:PutObject', Resource: { 'Fn::Sub': `\${Ledger.Arn}/entries/*` } },
          },
        },
      ],
    },
  },
};

export const bucket = ['Ledger', 'Properties'];

export const encryption = [
  ...bucket,
  'BucketEncryption',
  'ServerSideEncryptionConfiguration',
  0,
  'ServerSideEncryptionByDefault',
];

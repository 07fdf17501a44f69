import { describe } from '../../template';
import { anything, aResource, between, each, members, off, on, oneOf, optional, type Shape, some } from './shape';

/** What is read at once, only at another price. From an archive, nobody reads what must be verified. */
const cheaper = members({
  StorageClass: oneOf('STANDARD_IA', 'INTELLIGENT_TIERING', 'GLACIER_IR'),
  TransitionInDays: anything,
});

/** A rule about all objects. One about some of them would let others forget the rest. */
const LIFECYCLE_RULE: Shape = {
  AbortIncompleteMultipartUpload: anything,
  Id: anything,
  Status: oneOf('Enabled', 'Disabled'),
  Transition: optional(cheaper),
  Transitions: optional(each(cheaper)),
};

/** How long a locked object is there, a rule judges. */
const LOCKED_LIFECYCLE = optional(
  members({
    Rules: each(
      members({
        ...LIFECYCLE_RULE,
        ExpirationInDays: anything,
        ExpiredObjectDeleteMarker: anything,
        NoncurrentVersionExpiration: anything,
        NoncurrentVersionExpirationInDays: anything,
      }),
    ),
  }),
);

const BUCKET: Shape = {
  AbacStatus: optional(oneOf('Disabled')),
  // Rules judge the encryption, the lock and what expires.
  BucketEncryption: anything,
  BucketName: anything,
  MetricsConfigurations: anything,
  ObjectLockConfiguration: anything,
  ObjectLockEnabled: anything,
  // Without it, a bucket that is there takes objects with lists of rights of their own.
  OwnershipControls: members({ Rules: some(members({ ObjectOwnership: oneOf('BucketOwnerEnforced') })) }),
  PublicAccessBlockConfiguration: members({
    BlockPublicAcls: on,
    BlockPublicPolicy: on,
    IgnorePublicAcls: on,
    RestrictPublicBuckets: on,
  }),
  Tags: anything,
  VersioningConfiguration: optional(members({ Status: oneOf('Enabled') })),
};

/** A bucket of locked records. */
export const LOCKED_BUCKET_SHAPE: Shape = {
  ...BUCKET,
  LifecycleConfiguration: LOCKED_LIFECYCLE,
  // A rule judges how long.
  ObjectLockConfiguration: members({ ObjectLockEnabled: oneOf('Enabled'), Rule: anything }),
  ObjectLockEnabled: on,
  VersioningConfiguration: members({ Status: oneOf('Enabled') }),
};

/** A bucket of the evidence, which is kept for as long as the app chooses. */
export const EVIDENCE_SHAPE: Shape = {
  ...BUCKET,
  LifecycleConfiguration: optional(
    members({
      Rules: each(
        members({
          ...LIFECYCLE_RULE,
          ExpirationInDays: optional(between(1, Number.MAX_SAFE_INTEGER)),
          NoncurrentVersionExpiration: anything,
          NoncurrentVersionExpirationInDays: anything,
        }),
      ),
    }),
  ),
};

/** A bucket of what is published, for whoever compares it later. */
export const PUBLICATION_SHAPE: Shape = {
  ...BUCKET,
  LifecycleConfiguration: optional(members({ Rules: each(members(LIFECYCLE_RULE)) })),
};

/** The table of the sessions. */
export const TABLE_SHAPE: Shape = {
  AttributeDefinitions: anything,
  BillingMode: anything,
  ContributorInsightsSpecification: anything,
  DeletionProtectionEnabled: anything,
  GlobalSecondaryIndexes: each(
    members({
      ContributorInsightsSpecification: anything,
      IndexName: oneOf('pending'),
      KeySchema: anything,
      OnDemandThroughput: anything,
      Projection: members({ ProjectionType: oneOf('ALL') }),
      ProvisionedThroughput: anything,
      WarmThroughput: anything,
    }),
  ),
  KeySchema: anything,
  OnDemandThroughput: anything,
  PointInTimeRecoverySpecification: members({
    PointInTimeRecoveryEnabled: on,
    RecoveryPeriodInDays: optional(between(1, 35)),
  }),
  ProvisionedThroughput: anything,
  // Who is outside is judged by its statements.
  ResourcePolicy: anything,
  SSESpecification: members({
    SSEEnabled: on,
    SSEType: anything,
    KMSMasterKeyId: optional(aResource('AWS::KMS::Key')),
  }),
  TableClass: anything,
  TableName: anything,
  Tags: anything,
  TimeToLiveSpecification: members({ AttributeName: oneOf('ttl'), Enabled: on }),
  WarmThroughput: anything,
};

/** A credential. Rules judge what is written into it. */
export const SECRET_SHAPE: Shape = {
  Description: anything,
  GenerateSecretString: anything,
  // An app's secret may have the key of the service. A key that is there in one case only keeps nobody out in the other.
  KmsKeyId: (value, { resource }) =>
    value === undefined && resource.properties.KmsKeyId !== undefined ? 'may be absent' : undefined,
  Name: anything,
  SecretString: anything,
  Tags: anything,
};

/** Its policy. A claim judges whom it keeps out. */
export const SECRET_POLICY_SHAPE: Shape = { BlockPublicPolicy: on, ResourcePolicy: anything, SecretId: anything };

/** The repository of the agent's image, which the task names by its digest. Who is outside is judged by its statements. */
export const REPOSITORY_SHAPE: Shape = {
  EmptyOnDelete: anything,
  EncryptionConfiguration: anything,
  ImageScanningConfiguration: anything,
  ImageTagMutability: anything,
  ImageTagMutabilityExclusionFilters: anything,
  LifecyclePolicy: anything,
  RepositoryName: anything,
  RepositoryPolicyText: anything,
  Tags: anything,
};

const KEY: Shape = {
  // With it, a key may be made whose policy nobody can change later. This library does so where it knows no role that deploys.
  BypassPolicyLockoutSafetyCheck: anything,
  Description: anything,
  Enabled: optional(on),
  EnableKeyRotation: anything,
  KeyPolicy: anything,
  KeySpec: anything,
  KeyUsage: anything,
  MultiRegion: off,
  Origin: optional(oneOf('AWS_KMS')),
  // Somebody who sees the deletion needs the time to stop it.
  PendingWindowInDays: optional(between(14, 30)),
  RotationPeriodInDays: optional(between(90, 2560)),
  Tags: anything,
};

/** A key of a credential. The app's own may be kept as the app likes; one of this library says what it encrypts, and is rotated. */
export const GIVEN_KEY_SHAPE: Shape = {
  ...KEY,
  EnableKeyRotation: (value, subject) =>
    subject.resource.property('Description').some((each) => /^Encrypts /.test(describe(each.value)))
      ? on(value, subject)
      : undefined,
  KeySpec: optional(oneOf('SYMMETRIC_DEFAULT')),
};

/** A key of records. */
export const KEY_SHAPE: Shape = { ...KEY, EnableKeyRotation: on, KeySpec: optional(oneOf('SYMMETRIC_DEFAULT')) };

/** A key that signs. It can't be rotated: another key takes its place. */
export const SIGNING_KEY_SHAPE: Shape = { ...KEY, EnableKeyRotation: off, KeyUsage: oneOf('SIGN_VERIFY') };

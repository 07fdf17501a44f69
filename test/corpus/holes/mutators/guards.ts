/*
 * What a property protects, by its name alone, from the AWS pages of the property and the controls of AWS Security Hub. The lists were
 * written from those pages: nobody asked `check` or `prove` which of them they know. README.md says what follows from them.
 */

/** Members without which a protection is gone, and what then happens. Their default isn't the value that they have here. */
export const LOST: { readonly [name: string]: string } = {
  AccessLogSetting: 'Nobody sees who called the API.',
  AdvancedEventSelectors: 'The trail records changes of settings only.',
  AuthorizationType: 'The API takes calls that nobody signed.',
  BlockPublicPolicy: 'A policy may make it public.',
  Capabilities: 'The container keeps capabilities of the kernel.',
  EnableKeyRotation: 'The key is never rotated.',
  EnableLogFileValidation: 'A changed file of the trail isn’t noticed.',
  KMSKeyId: 'Who may read it is no longer decided by a key’s policy.',
  KMSMasterKeyID: 'Who may read it is no longer decided by a key’s policy.',
  KmsKeyId: 'Who may read it is no longer decided by a key’s policy.',
  LinuxParameters: 'The container keeps capabilities of the kernel.',
  LogConfiguration: 'What the container says is lost.',
  LoggingConfiguration: 'Nobody sees what the workflow did.',
  MethodSettings: 'Calls aren’t limited, and their errors not logged.',
  MountOptions: 'Programs may be started from the folder.',
  ObjectLockConfiguration: 'Objects may be deleted at once.',
  OwnershipControls: 'Lists of other accounts count again.',
  PermissionsBoundary: 'The role’s policies have no upper limit.',
  PointInTimeRecoverySpecification: 'Deleted items are lost.',
  PublicAccessBlockConfiguration: 'A policy may make it public.',
  ReadonlyRootFilesystem: 'The container may change its own programs.',
  RequestModels: 'The API passes on bodies of any form.',
  RequestValidatorId: 'The API passes on bodies of any form.',
  SecurityGroupEgress: 'The group lets everything out: the default.',
  ThrottlingBurstLimit: 'Calls aren’t limited.',
  ThrottlingRateLimit: 'Calls aren’t limited.',
  User: 'The container runs as root.',
  VpcConfig: 'The function runs outside the network.',
};

/** Switches, and the position in which they protect nothing. */
export const SWITCHED: { readonly [name: string]: boolean } = {
  BlockPublicAcls: false,
  BlockPublicPolicy: false,
  DataTraceEnabled: true,
  EnableKeyRotation: false,
  EnableLogFileValidation: false,
  IgnorePublicAcls: false,
  IncludeExecutionData: true,
  IsLogging: false,
  MapPublicIpOnLaunch: true,
  PointInTimeRecoveryEnabled: false,
  Privileged: true,
  ReadonlyRootFilesystem: false,
  RestrictPublicBuckets: false,
  ValidateRequestBody: false,
  additionalProperties: true,
};

/** Words of which one protects and the other doesn't. */
export const WORDS: { readonly [name: string]: readonly [from: string, to: string] } = {
  Action: ['BLOCK', 'ALERT'],
  AuthorizationType: ['AWS_IAM', 'NONE'],
  IpProtocol: ['tcp', '-1'],
  Level: ['ALL', 'OFF'],
  LoggingLevel: ['ERROR', 'OFF'],
  Mode: ['COMPLIANCE', 'GOVERNANCE'],
  MountOptions: ['noexec', 'exec'],
  ObjectOwnership: ['BucketOwnerEnforced', 'ObjectWriter'],
  SSEAlgorithm: ['aws:kms', 'AES256'],
  TrafficType: ['ALL', 'REJECT'],
  Types: ['PRIVATE', 'REGIONAL'],
  User: ['10001:10001', '0'],
};

/** Numbers that limit something, and one with which they don't. Variables hold them as text. */
export const NUMBERS: { readonly [name: string]: number } = {
  Days: 1,
  MAX_CALLS: 1_000_000,
  MAX_SESSIONS: 1_000_000,
  MaxSessionDuration: 43_200,
  RetentionInDays: 1,
  SESSION_SECONDS: 31_536_000,
  ThrottlingBurstLimit: 5000,
  ThrottlingRateLimit: 10_000,
};

/**
 * Members outside policies that decide who may do what, where something runs, what it runs, and whether it is recorded, whatever they
 * say. What `WORDS` has besides decides only where it says the word that protects.
 */
export const DECIDES: ReadonlySet<string> = new Set([
  ...Object.keys(LOST).filter((name) => name !== 'MountOptions'),
  ...Object.keys(SWITCHED),
  'Action',
  'Bucket',
  'CidrIp',
  'DestinationArn',
  'DestinationPrefixListId',
  'Domains',
  'EventPattern',
  'ExecutionRoleArn',
  'GroupId',
  'Image',
  'IpProtocol',
  'LogDestinationType',
  'LogGroupName',
  'ManagedPolicyArns',
  'ObjectLockEnabled',
  'ObjectOwnership',
  'ResourceArn',
  'Role',
  'RoleArn',
  'Roles',
  'S3Bucket',
  'S3BucketName',
  'S3Key',
  'SSEAlgorithm',
  'SecretId',
  'SecurityGroupIds',
  'ServiceName',
  'SourceSecurityGroupId',
  'SubnetIds',
  'TaskRoleArn',
  'TrafficType',
  'Types',
  'Uri',
  'Variables',
  'VpcEndpointType',
]);

/** Members of a statement that decide. */
export const DECIDES_IN_STATEMENT: ReadonlySet<string> = new Set([
  'Effect',
  'Principal',
  'NotPrincipal',
  'Action',
  'NotAction',
  'Resource',
  'NotResource',
  'Condition',
]);

/** Another account, and what is in it. */
export const STRANGER = '999988887777';
export const FOREIGN_ROOT = `arn:aws:iam::${STRANGER}:root`;
export const STRANGE_VPC = 'vpc-0123456789abcdef0';

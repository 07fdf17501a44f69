import { definition } from './definition-shape';
import { ownAccount, ownAccountId } from './own-account';
import { recordsEnough } from './recorded-events';
import { anything, aResource, between, each, members, off, on, oneOf, optional, type Shape, some, text } from './shape';

/** A role of a part. Its policies, its boundary and who may assume it are judged by claims of their own. */
export const ROLE_SHAPE: Shape = {
  AssumeRolePolicyDocument: anything,
  Description: anything,
  ManagedPolicyArns: anything,
  // Credentials of people, and of a part, end after an hour, unless the service renews them.
  MaxSessionDuration: optional(between(900, 3600)),
  Path: anything,
  PermissionsBoundary: anything,
  Policies: anything,
  RoleName: anything,
  Tags: anything,
};

/** The workflow of an approval, and its watch. */
export const WORKFLOW_SHAPE: Shape = {
  Definition: definition,
  DefinitionString: definition,
  DefinitionSubstitutions: anything,
  // The data of an approval, such as the token that decides it.
  EncryptionConfiguration: optional(
    members({ KmsDataKeyReusePeriodSeconds: anything, KmsKeyId: optional(aResource('AWS::KMS::Key')), Type: anything }),
  ),
  LoggingConfiguration: members({
    Destinations: some(members({ CloudWatchLogsLogGroup: members({ LogGroupArn: aResource('AWS::Logs::LogGroup') }) })),
    // The input of a call may be anything that its tool takes.
    IncludeExecutionData: off,
    Level: oneOf('ALL', 'ERROR', 'FATAL'),
  }),
  RoleArn: aResource('AWS::IAM::Role'),
  StateMachineName: anything,
  StateMachineType: optional(oneOf('STANDARD')),
  Tags: anything,
  TracingConfiguration: anything,
};

/** A log of a part. */
export const LOG_SHAPE: Shape = {
  // It can only be turned on.
  DeletionProtectionEnabled: anything,
  FieldIndexPolicies: anything,
  // Whoever has the key of another account can take the log from everybody.
  KmsKeyId: optional(aResource('AWS::KMS::Key')),
  LogGroupClass: optional(oneOf('STANDARD')),
  LogGroupName: anything,
  // Without it, what people did is kept for ever.
  RetentionInDays: between(7, 3653),
  Tags: anything,
};

/** A log of a network. It has a key of its own, because names and addresses tell much. */
export const NETWORK_LOG_SHAPE: Shape = { ...LOG_SHAPE, KmsKeyId: aResource('AWS::KMS::Key') };

/** The trail that records who touches the ledger. A rule judges whether it records writes to records, and reads of content. */
export const TRAIL_SHAPE: Shape = {
  AdvancedEventSelectors: recordsEnough,
  EnableLogFileValidation: on,
  EventSelectors: anything,
  IncludeGlobalServiceEvents: anything,
  IsLogging: on,
  IsMultiRegionTrail: anything,
  IsOrganizationTrail: off,
  KMSKeyId: aResource('AWS::KMS::Key'),
  S3BucketName: aResource('AWS::S3::Bucket'),
  Tags: anything,
  TrailName: anything,
};

/** The cluster of the agents' tasks. */
export const CLUSTER_SHAPE: Shape = {
  CapacityProviders: optional(each(oneOf('FARGATE', 'FARGATE_SPOT'))),
  ClusterName: anything,
  ClusterSettings: anything,
  Configuration: optional(
    members({
      // Nobody may open a shell in a task, so nothing of one is logged.
      ExecuteCommandConfiguration: optional(members({ Logging: oneOf('NONE') })),
      // Whoever has the key of another account decides whether it is there.
      ManagedStorageConfiguration: optional(
        members({ FargateEphemeralStorageKmsKeyId: ownAccount, KmsKeyId: ownAccount }),
      ),
    }),
  ),
  Tags: anything,
};

/** Records are sealed, and sessions ended, each minute. A schedule may also be one that never comes. */
const eachMinute = optional(text(/^rate\((1 minute|[2-5] minutes)\)$/, 'every minute, or every five at most'));

/** A rule that starts a part. Other claims judge its event and its targets; while it is off, nothing is started. */
export const RULE_SHAPE: Shape = {
  Description: anything,
  EventBusName: optional(oneOf('default')),
  EventPattern: anything,
  Name: anything,
  ScheduleExpression: eachMinute,
  State: optional(oneOf('ENABLED', 'ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS')),
  Tags: anything,
  Targets: each(
    members({
      Arn: anything,
      Id: anything,
      RoleArn: anything,
      // What a rule passes on is judged by who calls.
      Input: anything,
      InputPath: anything,
      InputTransformer: anything,
      RetryPolicy: anything,
    }),
  ),
};

/** With which role API Gateway logs in this account and region: one of the templates, or another of the account. */
export const API_ACCOUNT_SHAPE: Shape = { CloudWatchRoleArn: ownAccount };

/** AWS CDK takes every rule out of a network's default group: its own function does, and no other. */
export const DEFAULT_GROUP_SHAPE: Shape = {
  // The rule that is revoked names the account.
  Account: ownAccountId,
  DefaultSecurityGroupId: aResource('AWS::EC2::VPC'),
  ServiceToken: aResource('AWS::Lambda::Function'),
};

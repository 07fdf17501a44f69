import type { Duration } from 'aws-cdk-lib';
import type * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import type * as ecr from 'aws-cdk-lib/aws-ecr';
import type * as events from 'aws-cdk-lib/aws-events';
import type * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type * as logs from 'aws-cdk-lib/aws-logs';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import type * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import type * as ses from 'aws-cdk-lib/aws-ses';
import type * as sns from 'aws-cdk-lib/aws-sns';
import type * as sqs from 'aws-cdk-lib/aws-sqs';
import type * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { Construct, type IConstruct } from 'constructs';
import { given } from './given';
import { hasMembers, having, type RequiredShape, shape } from './shape';

/** A duration that is known at synthesis. @param example how it is written @internal */
export function duration(example: string): RequiredShape<Duration> {
  return shape(
    `a Duration, such as ${example}`,
    (value) => isDuration(value) && !value.isUnresolved(),
    (value) => (isDuration(value) ? 'a Duration that is known only at deployment' : given(value)),
  );
}

function isDuration(value: unknown): value is Duration {
  return hasMembers(value, ['toSeconds', 'toMilliseconds', 'isUnresolved']);
}

/** @internal */
export const CONSTRUCT: RequiredShape<IConstruct> = shape('a construct, such as a stack', (value) =>
  Construct.isConstruct(value),
);

/** @internal */
export const GRANTEE = having<iam.IGrantable>('a role, a user or a function', 'grantPrincipal');

/** @internal */
export const PRINCIPAL = having<iam.IPrincipal>(
  "a principal, such as new iam.ArnPrincipal('arn:aws:iam::111122223333:role/Lead')",
  'grantPrincipal',
  'policyFragment',
);

/** @internal */
export const ROLE = having<iam.IRole>('a role, such as new iam.Role(…)', 'roleArn', 'addToPrincipalPolicy');

/** @internal */
export const MANAGED_POLICY = having<iam.IManagedPolicy>(
  'a managed policy, such as iam.ManagedPolicy.fromManagedPolicyName(…)',
  'managedPolicyArn',
);

/** @internal */
export const BUCKET = having<s3.IBucket>('a bucket, such as new s3.Bucket(…)', 'bucketArn', 'arnForObjects');

/** @internal */
export const TABLE = having<dynamodb.ITable>('a table, such as new dynamodb.TableV2(…)', 'tableArn', 'tableName');

/** @internal */
export const SECRET = having<secretsmanager.ISecret>(
  'a secret, such as secretsmanager.Secret.fromSecretCompleteArn(…)',
  'secretArn',
  'grantRead',
);

/** @internal */
export const TOPIC = having<sns.ITopic>('an SNS topic, such as new sns.Topic(…)', 'topicArn', 'grantPublish');

/** @internal */
export const QUEUE = having<sqs.IQueue>('an SQS queue, such as new sqs.Queue(…)', 'queueArn', 'grantSendMessages');

/** @internal */
export const EMAIL_IDENTITY = having<ses.IEmailIdentity>(
  'an SES identity, such as new ses.EmailIdentity(…)',
  'emailIdentityName',
  'emailIdentityArn',
);

/** @internal */
export const EVENT_BUS = having<events.IEventBus>('an event bus, such as new events.EventBus(…)', 'eventBusArn');

/** @internal */
export const STATE_MACHINE = having<sfn.IStateMachine>(
  'a state machine, such as new sfn.StateMachine(…)',
  'stateMachineArn',
);

/** @internal */
export const KEY = having<kms.IKey>('a KMS key, such as new kms.Key(…)', 'keyArn', 'grantDecrypt');

/** @internal */
export const REPOSITORY = having<ecr.IRepository>(
  'an ECR repository, such as ecr.Repository.fromRepositoryName(…)',
  'repositoryArn',
  'repositoryUri',
);

/** @internal */
export const FUNCTION = having<lambda.IFunction>('a Lambda function, such as new lambda.Function(…)', 'functionArn');

/** @internal */
export const FUNCTION_CODE = having<lambda.Code>("Lambda code, such as lambda.Code.fromAsset('folder')", 'bind');

/** @internal */
export const VPC = having<ec2.IVpc>('a VPC, such as new ec2.Vpc(…)', 'vpcId', 'isolatedSubnets');

/** @internal */
export const SECURITY_GROUP = having<ec2.ISecurityGroup>(
  'a security group, such as network.securityGroup(…)',
  'securityGroupId',
  'addEgressRule',
);

/** @internal */
export const INTERFACE_ENDPOINT = having<ec2.IInterfaceVpcEndpoint>(
  'an interface endpoint, such as vpc.addInterfaceEndpoint(…)',
  'vpcEndpointId',
);

/** @internal */
export const LOG_GROUP = having<logs.ILogGroup>('a log group, such as new logs.LogGroup(…)', 'logGroupArn');

/** @internal */
export const ALARM_ACTION = having<cloudwatch.IAlarmAction>('an alarm action, such as new SnsAction(topic)', 'bind');

/** @internal */
export const RUNTIME = having<lambda.Runtime>('a Lambda runtime, such as lambda.Runtime.NODEJS_22_X', 'name', 'family');

/** @internal */
export const ARCHITECTURE = having<lambda.Architecture>(
  'an architecture, such as lambda.Architecture.X86_64',
  'dockerPlatform',
);

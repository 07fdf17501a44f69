import type { Resource } from '../model/template';
import { piecesOf, Reference, type TextPiece, textOf, Unresolved, type Value } from '../model/value';
import { accountOf, arnOf, nameOf } from './arn';

/** Actions that are asked about together, and the ARNs that a policy may name for them. */
interface Question {
  readonly actions: readonly string[];
  /** Several where a policy may name the resource in several ways. An action allowed on one of them is allowed. */
  readonly arns: (target: Resource) => readonly Value[];
}

const itself = (target: Resource): readonly Value[] => [arnOf(target)];
/** The ARN, and the ARNs below it: versions of a function, indexes of a table. */
const itselfAnd =
  (separator: string, what: string) =>
  (target: Resource): readonly Value[] => [arnOf(target), below(target, separator, what)];

/**
 * The relevant actions on each type: those that read, act, change permissions, or remove a guard or evidence.
 *
 * Source: Service Authorization Reference, "Actions" and "Resource types" of each service.
 */
const QUESTIONS: { readonly [type: string]: readonly Question[] } = {
  'AWS::SecretsManager::Secret': [
    {
      actions: [
        'secretsmanager:GetSecretValue',
        'secretsmanager:BatchGetSecretValue',
        'secretsmanager:PutSecretValue',
        'secretsmanager:UpdateSecret',
        'secretsmanager:UpdateSecretVersionStage',
        'secretsmanager:RotateSecret',
        'secretsmanager:ReplicateSecretToRegions',
        'secretsmanager:PutResourcePolicy',
        'secretsmanager:DeleteResourcePolicy',
        'secretsmanager:DeleteSecret',
      ],
      arns: itself,
    },
  ],
  'AWS::Lambda::Function': [
    {
      actions: ['lambda:InvokeFunction', 'lambda:InvokeFunctionUrl', 'lambda:InvokeAsync'],
      arns: itselfAnd(':', 'any version or alias'),
    },
    {
      actions: [
        'lambda:UpdateFunctionCode',
        'lambda:UpdateFunctionConfiguration',
        'lambda:DeleteFunction',
        'lambda:AddPermission',
        'lambda:PutResourcePolicy',
        'lambda:DeleteResourcePolicy',
        'lambda:CreateFunctionUrlConfig',
        'lambda:UpdateFunctionUrlConfig',
        'lambda:PutFunctionEventInvokeConfig',
      ],
      arns: itself,
    },
  ],
  'AWS::S3::Bucket': [
    {
      actions: [
        's3:GetObject',
        's3:GetObjectVersion',
        's3:PutObject',
        's3:PutObjectAcl',
        's3:PutObjectRetention',
        's3:PutObjectLegalHold',
        's3:DeleteObject',
        's3:DeleteObjectVersion',
        's3:BypassGovernanceRetention',
      ],
      arns: (target) => [below(target, '/', 'any object')],
    },
    {
      actions: [
        's3:ListBucket',
        's3:ListBucketVersions',
        's3:PutBucketPolicy',
        's3:DeleteBucketPolicy',
        's3:PutBucketAcl',
        's3:PutBucketPublicAccessBlock',
        's3:PutBucketOwnershipControls',
        's3:PutBucketObjectLockConfiguration',
        's3:PutBucketVersioning',
        's3:PutBucketNotification',
        's3:PutBucketWebsite',
        's3:PutEncryptionConfiguration',
        's3:PutInventoryConfiguration',
        's3:PutLifecycleConfiguration',
        's3:PutReplicationConfiguration',
        's3:DeleteBucket',
      ],
      arns: itself,
    },
  ],
  'AWS::KMS::Key': [
    {
      actions: [
        'kms:Decrypt',
        'kms:GenerateDataKey',
        'kms:ReEncryptFrom',
        'kms:Sign',
        'kms:CreateGrant',
        'kms:PutKeyPolicy',
        'kms:ScheduleKeyDeletion',
        'kms:DisableKey',
      ],
      arns: itself,
    },
  ],
  'AWS::DynamoDB::Table': [
    {
      actions: ['dynamodb:Query', 'dynamodb:Scan', 'dynamodb:PartiQLSelect'],
      arns: itselfAnd('/index/', 'any index'),
    },
    {
      actions: [
        'dynamodb:GetItem',
        'dynamodb:BatchGetItem',
        'dynamodb:PutItem',
        'dynamodb:UpdateItem',
        'dynamodb:DeleteItem',
        'dynamodb:BatchWriteItem',
        'dynamodb:PartiQLInsert',
        'dynamodb:PartiQLUpdate',
        'dynamodb:PartiQLDelete',
        'dynamodb:ExportTableToPointInTime',
        'dynamodb:UpdateTable',
        'dynamodb:UpdateTimeToLive',
        'dynamodb:PutResourcePolicy',
        'dynamodb:DeleteTable',
      ],
      arns: itself,
    },
    { actions: ['dynamodb:GetRecords'], arns: (target) => [below(target, '/stream/', 'any stream')] },
  ],
  'AWS::SQS::Queue': [
    {
      actions: [
        'sqs:SendMessage',
        'sqs:ReceiveMessage',
        'sqs:DeleteMessage',
        'sqs:PurgeQueue',
        'sqs:SetQueueAttributes',
      ],
      arns: itself,
    },
  ],
  'AWS::SNS::Topic': [{ actions: ['sns:Publish', 'sns:Subscribe', 'sns:SetTopicAttributes'], arns: itself }],
  'AWS::Events::EventBus': [{ actions: ['events:PutEvents', 'events:PutRule'], arns: itself }],
  'AWS::SES::EmailIdentity': [{ actions: ['ses:SendEmail', 'ses:SendRawEmail'], arns: itself }],
  'AWS::StepFunctions::StateMachine': [
    {
      actions: [
        'states:StartExecution',
        'states:SendTaskSuccess',
        'states:SendTaskFailure',
        'states:UpdateStateMachine',
        'states:DeleteStateMachine',
      ],
      arns: itself,
    },
    {
      actions: ['states:StopExecution', 'states:RedriveExecution'],
      arns: (target) => [arnOf(target), executionsOf(target)],
    },
  ],
  'AWS::ApiGateway::RestApi': [
    {
      actions: ['execute-api:Invoke'],
      arns: (target) => [
        textOf([...apiArn(target), '/', new Unresolved('path', target.path, 'any stage, method and path')]),
      ],
    },
    {
      actions: ['apigateway:PATCH', 'apigateway:POST', 'apigateway:PUT', 'apigateway:DELETE'],
      arns: (target) => {
        const whole = ['arn:aws:apigateway:', regionOf(target), '::/restapis/', idOf(target, 'RestApiId')];
        return [textOf(whole), textOf([...whole, '/', new Unresolved('part', target.path, 'any part of the API')])];
      },
    },
    {
      actions: ['apigateway:UpdateRestApiPolicy'],
      arns: (target) => [textOf(['arn:aws:apigateway:', regionOf(target), '::/restapis/', idOf(target, 'RestApiId')])],
    },
  ],
  'AWS::IAM::Role': [
    {
      actions: [
        'sts:AssumeRole',
        'iam:PassRole',
        'iam:PutRolePolicy',
        'iam:DeleteRolePolicy',
        'iam:AttachRolePolicy',
        'iam:DetachRolePolicy',
        'iam:UpdateAssumeRolePolicy',
        'iam:PutRolePermissionsBoundary',
        'iam:DeleteRolePermissionsBoundary',
      ],
      arns: itself,
    },
  ],
  'AWS::IAM::ManagedPolicy': [{ actions: ['iam:CreatePolicyVersion', 'iam:SetDefaultPolicyVersion'], arns: itself }],
  'AWS::ECS::TaskDefinition': [{ actions: ['ecs:RunTask', 'ecs:StartTask'], arns: itself }],
  'AWS::ECS::Cluster': [
    {
      actions: ['ecs:ExecuteCommand', 'ecs:StopTask'],
      arns: (target) => [arnOf(target), tasksOf(target)],
    },
  ],
  'AWS::CloudTrail::Trail': [
    {
      actions: [
        'cloudtrail:StopLogging',
        'cloudtrail:DeleteTrail',
        'cloudtrail:UpdateTrail',
        'cloudtrail:PutEventSelectors',
      ],
      arns: itself,
    },
  ],
  'AWS::EC2::RouteTable': [{ actions: ['ec2:CreateRoute', 'ec2:ReplaceRoute'], arns: itself }],
  'AWS::EC2::SecurityGroup': [
    { actions: ['ec2:AuthorizeSecurityGroupEgress', 'ec2:ModifySecurityGroupRules'], arns: itself },
  ],
  'AWS::Logs::LogGroup': [
    {
      actions: ['logs:GetLogEvents', 'logs:FilterLogEvents', 'logs:PutSubscriptionFilter', 'logs:DeleteLogGroup'],
      arns: itself,
    },
  ],
};

/** Every action that is asked about, by resource type. */
export const ACTIONS: { readonly [type: string]: readonly string[] } = Object.fromEntries(
  Object.entries(QUESTIONS).map(([type, questions]) => [type, questions.flatMap(({ actions }) => actions)]),
);

/** The ARNs that each action is asked about: objects of a bucket, versions of a function, otherwise the resource itself. */
export function askedArns(target: Resource): ReadonlyMap<string, readonly Value[]> {
  return new Map(
    (QUESTIONS[target.type] ?? []).flatMap(({ actions, arns }) => {
      const of = arns(target);
      return actions.map((action) => [action, of] as const);
    }),
  );
}

/** An API's ARN, up to its stages. */
export function apiArn(api: Resource): TextPiece[] {
  return ['arn:aws:execute-api:', regionOf(api), ':', accountOf(api), ':', idOf(api, 'RestApiId')];
}

function below(target: Resource, separator: string, what: string): Value {
  return textOf([...(piecesOf(arnOf(target)) ?? []), separator, new Unresolved(what, target.path, what)]);
}

/** The ARN of any execution of a state machine. */
export function executionsOf(machine: Resource): Value {
  const start = ['arn:aws:states:', regionOf(machine), ':', accountOf(machine), ':execution:'];
  return textOf([...start, ...nameIn(machine), ':', new Unresolved('execution', machine.path, 'any execution')]);
}

/** The ARN of any task of a cluster. */
export function tasksOf(cluster: Resource): Value {
  const start = ['arn:aws:ecs:', regionOf(cluster), ':', accountOf(cluster), ':task/'];
  return textOf([...start, ...nameIn(cluster), '/', new Unresolved('task', cluster.path, 'any task')]);
}

function nameIn(target: Resource): readonly TextPiece[] {
  return piecesOf(nameOf(target)) ?? [];
}

/** The region of a resource: a literal where the app fixes it. */
export function regionOf(target: Resource): TextPiece {
  return target.template.source.region ?? new Reference('', 'AWS::Region', 'Ref');
}

/** The id that CloudFormation generates. No two resources have the same one. */
function idOf(target: Resource, attribute: string): Reference {
  return new Reference(target.template.name, target.logicalId, attribute);
}

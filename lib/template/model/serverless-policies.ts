import type { JsonObject, JsonValue } from '../../../runtime/core/contracts';

/** What a SAM policy template allows, on which ARNs. `@` stands for the value of its parameter. */
type Grant = readonly (readonly [actions: readonly string[], ...arns: readonly string[]])[];

const BUCKET = ['s3:::@', 's3:::@/*'];
const TABLE = ['dynamodb:R:A:table/@', 'dynamodb:R:A:table/@/index/*'];
const READ_OBJECTS = [
  's3:GetObject',
  's3:ListBucket',
  's3:GetBucketLocation',
  's3:GetObjectVersion',
  's3:GetLifecycleConfiguration',
];
const WRITE_OBJECTS = ['s3:PutObject', 's3:PutObjectAcl', 's3:PutLifecycleConfiguration'];
const READ_ITEMS = [
  'dynamodb:GetItem',
  'dynamodb:Scan',
  'dynamodb:Query',
  'dynamodb:BatchGetItem',
  'dynamodb:DescribeTable',
];
const WRITE_ITEMS = ['dynamodb:PutItem', 'dynamodb:UpdateItem', 'dynamodb:BatchWriteItem'];

/**
 * Policy templates of AWS SAM that give rights on one resource: name, parameter, rights.
 *
 * Source: AWS SAM Developer Guide, "AWS SAM policy templates".
 */
const TEMPLATES: { readonly [name: string]: readonly [parameter: string, grant: Grant] } = {
  S3ReadPolicy: ['BucketName', [[READ_OBJECTS, ...BUCKET]]],
  S3WritePolicy: ['BucketName', [[WRITE_OBJECTS, ...BUCKET]]],
  S3CrudPolicy: ['BucketName', [[[...READ_OBJECTS, ...WRITE_OBJECTS, 's3:DeleteObject'], ...BUCKET]]],
  DynamoDBReadPolicy: ['TableName', [[READ_ITEMS, ...TABLE]]],
  DynamoDBWritePolicy: ['TableName', [[WRITE_ITEMS, ...TABLE]]],
  DynamoDBCrudPolicy: [
    'TableName',
    [[[...READ_ITEMS, ...WRITE_ITEMS, 'dynamodb:DeleteItem', 'dynamodb:ConditionCheckItem'], ...TABLE]],
  ],
  SQSSendMessagePolicy: ['QueueName', [[['sqs:SendMessage'], 'sqs:R:A:@']]],
  SQSPollerPolicy: [
    'QueueName',
    [
      [
        ['sqs:ChangeMessageVisibility', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:ReceiveMessage'],
        'sqs:R:A:@',
      ],
    ],
  ],
  SNSPublishMessagePolicy: ['TopicName', [[['sns:Publish'], 'sns:R:A:@']]],
  // SAM also allows names that begin with this one, for the function's versions. That isn't the user's choice.
  LambdaInvokePolicy: ['FunctionName', [[['lambda:InvokeFunction'], 'lambda:R:A:function:@']]],
  StepFunctionsExecutionPolicy: ['StateMachineName', [[['states:StartExecution'], 'states:R:A:stateMachine:@']]],
  SSMParameterReadPolicy: [
    'ParameterName',
    [
      [['ssm:DescribeParameters'], '*'],
      [['ssm:GetParameters', 'ssm:GetParameter', 'ssm:GetParametersByPath'], 'ssm:R:A:parameter/@'],
    ],
  ],
  AWSSecretsManagerGetSecretValuePolicy: ['SecretArn', [[['secretsmanager:GetSecretValue'], '=@']]],
  KMSDecryptPolicy: ['KeyId', [[['kms:Decrypt'], 'kms:R:A:key/@']]],
};

/** The statements that SAM makes of one of its policy templates; undefined for one that isn't listed. */
export function statementsOfTemplate(policy: JsonObject): JsonValue | undefined {
  const [name = ''] = Object.keys(policy);
  const [parameter, grant] = TEMPLATES[name] ?? [];
  const parameters = policy[name];
  if (parameter === undefined || grant === undefined || typeof parameters !== 'object' || parameters === null)
    return undefined;
  const value = (parameters as JsonObject)[parameter];
  if (value === undefined) return undefined;
  return grant.map(([actions, ...arns]) => ({
    Effect: 'Allow',
    Action: [...actions],
    Resource: arns.map((arn) => arnWith(arn, value)),
  }));
}

function arnWith(written: string, value: JsonValue): JsonValue {
  if (written === '*') return '*';
  if (written === '=@') return value;
  const [before = '', after = ''] = written.split('@');
  const place = before.replace(/^([a-z0-9]+):R:A:/, `$1:\${AWS::Region}:\${AWS::AccountId}:`);
  return { 'Fn::Join': ['', [{ 'Fn::Sub': `arn:\${AWS::Partition}:${place}` }, value, after]] };
}

import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { AwsConnector, AwsOperation, Effect } from '../../../lib';
import { AgentStack, inputOf, listOf, only, statementsOfRole } from '../agent-stack';

const key = { type: 'string', format: 'relative-path', maxLength: 100 };

it('may read exactly the objects below its prefix', () => {
  const made = new AgentStack();
  made.withRuntime();
  const template = made.template();
  const [bucketId] = only(template, 'AWS::S3::Bucket', 'Handbook');
  const [roleId] = only(template, 'AWS::IAM::Role', 'DocumentsExecutorRole');
  const own = statementsOfRole(template, roleId).filter((each) => JSON.stringify(each.Resource).includes(bucketId));
  expect(own).toEqual([
    {
      Sid: 'ReadObjects',
      Effect: 'Allow',
      Action: 's3:GetObject',
      Resource: { 'Fn::Join': ['', [{ 'Fn::GetAtt': [bucketId, 'Arn'] }, '/support/*']] },
    },
  ]);
  expect(JSON.stringify(statementsOfRole(template, roleId))).not.toContain('secretsmanager');
});

it('may list below its prefix only, and read items of its table only', () => {
  const made = new AgentStack();
  const connector = new AwsConnector(made.stack, 'Data');
  const bucket = new s3.Bucket(made.stack, 'Bucket');
  const table = new dynamodb.Table(made.stack, 'Orders', {
    partitionKey: { name: 'orderId', type: dynamodb.AttributeType.STRING },
  });
  connector.addTool('list', {
    description: 'List',
    operation: AwsOperation.s3ListObjects(bucket, { prefix: 'a/' }),
    input: inputOf({}),
    effect: Effect.READ,
  });
  connector.addTool('order', {
    description: 'Read an order',
    operation: AwsOperation.dynamoDbGetItem(table, { keyAttribute: 'orderId' }),
    input: inputOf({ key }),
    effect: Effect.READ,
  });
  made.withRuntime({}, [connector]);
  const template = made.template();
  const [bucketId] = only(template, 'AWS::S3::Bucket', 'Bucket');
  const [tableId] = only(template, 'AWS::DynamoDB::Table', 'Orders');
  const [roleId] = only(template, 'AWS::IAM::Role', 'DataExecutorRole');
  const statements = statementsOfRole(template, roleId);
  expect(statements).toContainEqual(
    expect.objectContaining({
      Action: 's3:ListBucket',
      Resource: { 'Fn::GetAtt': [bucketId, 'Arn'] },
      Condition: { StringEquals: { 's3:prefix': 'a/' } },
    }),
  );
  expect(statements.filter((each) => JSON.stringify(each.Resource).includes(tableId))).toMatchObject([
    { Action: 'dynamodb:GetItem' },
  ]);
  expect(statements.flatMap((each) => listOf(each.Action))).not.toContain('s3:PutObject');
});

it.each(['/a/', 'a', '*/', 'a/*/', '?/', '/'])('refuses the prefix "%s"', (prefix) => {
  const bucket = new s3.Bucket(new AgentStack().stack, 'Bucket');
  expect(() => AwsOperation.s3GetObject(bucket, { prefix })).toThrow(/the prefix .* is refused/);
});

it('refuses a tool whose schema lets the key be left out', () => {
  const made = new AgentStack();
  const add = () =>
    made.documents.addTool('bad', {
      description: 'x',
      operation: AwsOperation.s3GetObject(new s3.Bucket(made.stack, 'Bucket')),
      input: inputOf({ key }, { required: [] }),
    });
  expect(add).toThrow(/^Stack\/Documents: tool "bad": .*"required"/);
});

import { Annotations, Match } from 'aws-cdk-lib/assertions';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { AwsConnector, AwsOperation, Effect } from '../../../lib';
import { AgentStack, inputOf, listOf, only, statementsOfRole } from '../agent-stack';

const key = { type: 'string', format: 'relative-path', maxLength: 100 };

function addOrderTool(connector: AwsConnector, table: dynamodb.ITable): void {
  connector.addTool('order', {
    description: 'Read an order',
    operation: AwsOperation.dynamoDbGetItem(table, { keyAttribute: 'orderId' }),
    input: inputOf({ key }),
    effect: Effect.READ,
  });
}

test('may read exactly the objects below its prefix', () => {
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

test('may list below its prefix only, and read items of its table only', () => {
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
  addOrderTool(connector, table);
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

test.each(['/a/', 'a', '*/', 'a/*/', '?/', '/'])('refuses the prefix "%s"', (prefix) => {
  const { stack, documents } = new AgentStack();
  const bucket = new s3.Bucket(stack, 'Bucket');
  const operation = AwsOperation.s3GetObject(bucket, { prefix });
  expect(() => documents.addTool('bad', { description: 'x', input: inputOf({ key }), operation })).toThrow(
    /^Stack\/Documents: tool "bad": options\.operation: AwsOperation\.s3GetObject: the prefix .* is refused/,
  );
});

test('refuses to read an item of a table with a sort key', () => {
  const { stack, documents } = new AgentStack();
  const id = { name: 'id', type: dynamodb.AttributeType.STRING };
  const table = new dynamodb.TableV2(stack, 'Orders', { partitionKey: id, sortKey: { ...id, name: 'at' } });
  const operation = AwsOperation.dynamoDbGetItem(table, { keyAttribute: 'id' });
  expect(() => documents.addTool('bad', { description: 'x', input: inputOf({ key }), operation })).toThrow(
    /^Stack\/Documents: tool "bad": options\.operation: AwsOperation\.dynamoDbGetItem: the table Stack\/Orders has the sort key "at"/,
  );
});

test('refuses a tool whose schema lets the key be left out', () => {
  const made = new AgentStack();
  const add = () =>
    made.documents.addTool('bad', {
      description: 'x',
      operation: AwsOperation.s3GetObject(new s3.Bucket(made.stack, 'Bucket')),
      input: inputOf({ key }, { required: [] }),
    });
  expect(add).toThrow(/^Stack\/Documents: tool "bad": .*"required"/);
});

test('decrypts the items of a table with a key of its own, of that table and through DynamoDB only', () => {
  const made = new AgentStack();
  const connector = new AwsConnector(made.stack, 'Data');
  const table = new dynamodb.Table(made.stack, 'Orders', {
    partitionKey: { name: 'orderId', type: dynamodb.AttributeType.STRING },
    encryptionKey: new kms.Key(made.stack, 'OrdersKey'),
  });
  addOrderTool(connector, table);
  made.withRuntime({}, [connector]);
  const template = made.template();
  const [keyId] = only(template, 'AWS::KMS::Key', 'OrdersKey');
  const [tableId] = only(template, 'AWS::DynamoDB::Table', 'Orders');
  const [roleId] = only(template, 'AWS::IAM::Role', 'DataExecutorRole');
  const own = statementsOfRole(template, roleId).filter((each) => JSON.stringify(each.Resource).includes(keyId));
  expect(own).toEqual([
    {
      Sid: 'DecryptItems',
      Effect: 'Allow',
      Action: 'kms:Decrypt',
      Resource: { 'Fn::GetAtt': [keyId, 'Arn'] },
      Condition: {
        StringEquals: {
          'kms:ViaService': { 'Fn::Join': ['', ['dynamodb.', { Ref: 'AWS::Region' }, '.amazonaws.com']] },
          'kms:EncryptionContext:aws:dynamodb:tableName': { Ref: tableId },
        },
      },
    },
  ]);
});

test('gives a tool that is added after the runtime all that one before it gets', () => {
  const templateOf = (late: boolean) => {
    const made = new AgentStack();
    const bucket = new s3.Bucket(made.stack, 'Late');
    const add = () =>
      made.documents.addTool('late', {
        description: 'List',
        operation: AwsOperation.s3ListObjects(bucket, { prefix: 'a/' }),
        input: inputOf({}),
        effect: Effect.READ,
      });
    if (!late) add();
    made.withRuntime();
    if (late) add();
    return made.template();
  };
  const [before, after] = [templateOf(false), templateOf(true)];
  const parts: [string, string][] = [
    ['AWS::Lambda::Function', 'DocumentsExecutor'],
    ['AWS::IAM::Policy', 'DocumentsExecutorRole'],
    ['AWS::IAM::ManagedPolicy', 'DocumentsBoundary'],
    ['AWS::EC2::VPCEndpoint', 'AgentNetworkEndpointsS3'],
  ];
  const words = (value: unknown) =>
    JSON.stringify(value)
      .split(/[^A-Za-z0-9:/*_-]+/)
      .sort();
  for (const [type, start] of parts) {
    const late = only(after, type, start)[1];
    // Statements may stand in another order.
    expect(words(late)).toEqual(words(only(before, type, start)[1]));
    if (type !== 'AWS::IAM::ManagedPolicy' && type !== 'AWS::Lambda::Function') {
      expect(JSON.stringify(late)).toContain('s3:ListBucket');
    }
  }
  expect(JSON.stringify(only(after, 'AWS::Lambda::Function', 'DocumentsExecutor')[1])).toContain('RESOURCE_2');
});

test('says when another boundary took the place of its own', () => {
  const made = new AgentStack();
  made.withRuntime();
  const place = '/Stack/Documents';
  Annotations.fromStack(made.stack).hasNoWarning(place, Match.stringLikeRegexp('Another permissions boundary'));
  const other = new AgentStack();
  other.withRuntime();
  iam.PermissionsBoundary.of(other.stack).apply(
    new iam.ManagedPolicy(other.stack, 'Organization', {
      statements: [new iam.PolicyStatement({ actions: ['s3:GetObject'], resources: ['*'] })],
    }),
  );
  Annotations.fromStack(other.stack).hasWarning(
    place,
    Match.stringLikeRegexp('Another permissions boundary replaced Stack/Documents/Boundary'),
  );
});

import type { JsonObject, JsonValue } from '../../../../../runtime/core/contracts';
import { linesOf, UNKNOWN_PARAMETER } from '../../check-template';

describe('GateResourcesNamed', () => {
  const lines = (resources: JsonObject) => linesOf('GateResourcesNamed', resources, UNKNOWN_PARAMETER);
  const arn = (id: string): JsonObject => ({ 'Fn::GetAtt': [id, 'Arn'] });
  const FN: JsonObject = { Type: 'AWS::Lambda::Function', Properties: { Role: arn('Role') } };
  const APP: JsonObject = {
    Role: { Type: 'AWS::IAM::Role', Properties: {} },
    Fn: FN,
    Desk: {
      Type: 'AWS::Bedrock::Agent',
      Properties: { ActionGroups: [{ ActionGroupExecutor: { Lambda: arn('Fn') } }] },
    },
  };
  const allow = (more: JsonObject): JsonObject => ({
    Statement: [{ Effect: 'Allow', Action: 'sqs:SendMessage', Resource: '*', ...more }],
  });
  const queue = (more: JsonObject, feeds: JsonValue = arn('Fn')): JsonObject => ({
    ...APP,
    Queue: { Type: 'AWS::SQS::Queue', Properties: {} },
    Feed: {
      Type: 'AWS::Lambda::EventSourceMapping',
      Properties: { EventSourceArn: arn('Queue'), FunctionName: feeds },
    },
    Policy: {
      Type: 'AWS::SQS::QueuePolicy',
      Properties: { Queues: [{ Ref: 'Queue' }], PolicyDocument: allow(more) },
    },
  });

  test.each([
    [{ Principal: { Service: 'sns.amazonaws.com' } }],
    [{ Principal: { AWS: 'arn:aws:iam::111122223333:role/app' } }],
    [{ Principal: '*', Effect: 'Deny' }],
    [{ Principal: '*', Condition: { ArnLike: { 'aws:SourceArn': 'arn:aws:sns:eu-west-1:111122223333:mail' } } }],
    [{ Principal: '*', Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-a1b2c3d4e5' } } }],
    [{ Principal: { AWS: '*' }, Condition: { StringEquals: { 'aws:PrincipalAccount': { Ref: 'AWS::AccountId' } } } }],
    [{ Principal: '*', Condition: { IpAddress: { 'aws:SourceIp': '198.51.100.0/24' } } }],
  ])('a queue for %j is fine', (more) => expect(lines(queue(more as JsonObject))).toEqual([]));

  test.each([
    [{ Principal: '*' }],
    [{ Principal: { AWS: '*' } }],
    [{ Principal: { AWS: ['arn:aws:iam::111122223333:role/app', '*'] } }],
    [{ Principal: '*', Condition: { Bool: { 'aws:SecureTransport': 'true' } } }],
    [{ Principal: '*', Condition: { StringNotEquals: { 'aws:PrincipalAccount': '111122223333' } } }],
    [{ Principal: '*', Condition: { StringEqualsIfExists: { 'aws:SourceAccount': '111122223333' } } }],
    [{ Principal: '*', Condition: { ArnLike: { 'aws:SourceArn': '*' } } }],
    [{ Principal: '*', Condition: { IpAddress: { 'aws:SourceIp': '0.0.0.0/0' } } }],
  ])('a queue for %j is found', (more) => {
    expect(lines(queue(more as JsonObject))).toEqual([
      expect.stringContaining('Policy Properties.PolicyDocument.Statement[0]: admits every AWS account'),
    ]);
  });

  test('every account except some is found', () => {
    expect(lines(queue({ NotPrincipal: { AWS: 'arn:aws:iam::111122223333:role/app' } }))).toEqual([
      expect.stringContaining('admits every AWS account except those it names'),
    ]);
  });

  test('a queue for somebody unknown can’t be proven', () => {
    expect(lines(queue({ Principal: { AWS: { Ref: 'Unknown' } } }))).toEqual([
      expect.stringContaining("can't be proven"),
    ]);
  });

  test('a queue that feeds no agent is left alone', () => {
    const other = queue({ Principal: '*' }, arn('Other'));
    expect(lines({ ...other, Other: FN, Role: APP.Role as JsonObject })).toEqual([]);
  });

  const document = allow({ Principal: '*', Action: '*' });
  const withPolicy = (type: string, properties: JsonObject): JsonObject => ({
    Policy: { Type: type, Properties: properties },
  });
  const FED: readonly (readonly [string, JsonObject, string])[] = [
    [
      'a topic',
      {
        Topic: { Type: 'AWS::SNS::Topic' },
        Sub: {
          Type: 'AWS::SNS::Subscription',
          Properties: { TopicArn: { Ref: 'Topic' }, Protocol: 'lambda', Endpoint: arn('Fn') },
        },
        ...withPolicy('AWS::SNS::TopicPolicy', { Topics: [{ Ref: 'Topic' }], PolicyDocument: document }),
      },
      'Policy Properties.PolicyDocument.Statement[0]',
    ],
    [
      'a bucket',
      {
        Bucket: {
          Type: 'AWS::S3::Bucket',
          Properties: {
            NotificationConfiguration: {
              LambdaConfigurations: [{ Event: 's3:ObjectCreated:*', Function: arn('Fn') }],
            },
          },
        },
        ...withPolicy('AWS::S3::BucketPolicy', { Bucket: { Ref: 'Bucket' }, PolicyDocument: document }),
      },
      'Policy Properties.PolicyDocument.Statement[0]',
    ],
    [
      'a bus with a statement',
      {
        Bus: { Type: 'AWS::Events::EventBus', Properties: { Name: 'b' } },
        Rule: {
          Type: 'AWS::Events::Rule',
          Properties: { EventBusName: { Ref: 'Bus' }, Targets: [{ Id: 'a', Arn: arn('Fn') }] },
        },
        ...withPolicy('AWS::Events::EventBusPolicy', {
          EventBusName: { Ref: 'Bus' },
          StatementId: 'any',
          Statement: { Effect: 'Allow', Principal: '*', Action: 'events:PutEvents', Resource: arn('Bus') },
        }),
      },
      'Policy Properties.Statement[0]',
    ],
    [
      'a bus with a principal',
      {
        Bus: { Type: 'AWS::Events::EventBus', Properties: { Name: 'b' } },
        Rule: {
          Type: 'AWS::Events::Rule',
          Properties: { EventBusName: { Ref: 'Bus' }, Targets: [{ Id: 'a', Arn: arn('Fn') }] },
        },
        ...withPolicy('AWS::Events::EventBusPolicy', {
          EventBusName: { Ref: 'Bus' },
          StatementId: 'any',
          Action: 'events:PutEvents',
          Principal: '*',
        }),
      },
      'Policy Properties.Principal',
    ],
    [
      'its role',
      { Role: { Type: 'AWS::IAM::Role', Properties: { AssumeRolePolicyDocument: document } } },
      'Role Properties.AssumeRolePolicyDocument.Statement[0]',
    ],
    [
      'a key',
      {
        Key: { Type: 'AWS::KMS::Key', Properties: { KeyPolicy: document } },
        Fn: { Type: 'AWS::Lambda::Function', Properties: { Role: arn('Role'), KmsKeyArn: arn('Key') } },
      },
      'Key Properties.KeyPolicy.Statement[0]',
    ],
    [
      'a secret',
      {
        Secret: { Type: 'AWS::SecretsManager::Secret' },
        Fn: {
          Type: 'AWS::Lambda::Function',
          Properties: { Role: arn('Role'), Environment: { Variables: { SECRET: { Ref: 'Secret' } } } },
        },
        ...withPolicy('AWS::SecretsManager::ResourcePolicy', { SecretId: { Ref: 'Secret' }, ResourcePolicy: document }),
      },
      'Policy Properties.ResourcePolicy.Statement[0]',
    ],
  ];
  test.each(FED)('%s for everybody is found', (_, more, place) => {
    expect(lines({ ...APP, ...more })).toEqual([expect.stringContaining(`${place}: admits every AWS account`)]);
  });

  test('a topic that fills a queue that feeds an agent is found', () => {
    const chain: JsonObject = {
      ...queue({ Principal: { Service: 'sns.amazonaws.com' } }),
      Topic: { Type: 'AWS::SNS::Topic' },
      Sub: {
        Type: 'AWS::SNS::Subscription',
        Properties: { TopicArn: { Ref: 'Topic' }, Protocol: 'sqs', Endpoint: arn('Queue') },
      },
      Open: {
        Type: 'AWS::SNS::TopicPolicy',
        Properties: { Topics: [{ Ref: 'Topic' }], PolicyDocument: allow({ Principal: '*', Action: 'sns:Publish' }) },
      },
    };
    expect(lines(chain)).toEqual([expect.stringContaining('Open Properties.PolicyDocument.Statement[0]: admits')]);
  });

  test('a bucket that everybody may read is left alone', () => {
    const [, bucket] = FED.find(([what]) => what === 'a bucket') ?? [];
    const reads = allow({ Principal: '*', Action: ['s3:GetObject', 's3:ListBucket'] });
    const policy = withPolicy('AWS::S3::BucketPolicy', { Bucket: { Ref: 'Bucket' }, PolicyDocument: reads });
    expect(lines({ ...APP, ...bucket, ...policy })).toEqual([]);
  });
});

import type { JsonObject } from '../../../../../runtime/core/contracts';
import { findingsOf, linesOf, UNKNOWN_PARAMETER } from '../../check-template';

describe('LeastPrivilegeNoWildcard', () => {
  const lines = (resources: JsonObject, around?: JsonObject) => linesOf('LeastPrivilegeNoWildcard', resources, around);
  const policy = (statement: unknown): JsonObject => ({
    Bucket: { Type: 'AWS::S3::Bucket' },
    Role: { Type: 'AWS::IAM::Role', Properties: {} },
    Policy: {
      Type: 'AWS::IAM::Policy',
      Properties: { Roles: [{ Ref: 'Role' }], PolicyDocument: { Statement: statement as JsonObject } },
    },
  });
  const on = (Resource: unknown, Action: unknown = 's3:GetObject') => policy({ Effect: 'Allow', Action, Resource });

  test.each<[string, unknown]>([
    ['one object', 'arn:aws:s3:::bucket/key'],
    ['everything below one bucket', { 'Fn::Sub': `\${Bucket.Arn}/*` }],
    ['everything below a prefix', { 'Fn::Join': ['', [{ 'Fn::GetAtt': ['Bucket', 'Arn'] }, '/entries/*']] }],
    ['the streams of one log group', 'arn:aws:logs:eu-west-1:111122223333:log-group:one:*'],
    ['the indexes of one table', 'arn:aws:dynamodb:eu-west-1:111122223333:table/one/index/*'],
    ['a bucket whose name is given at deployment', { 'Fn::Sub': `arn:\${AWS::Partition}:s3:::\${Unknown}/*` }],
    ['the exports of one API', 'arn:aws:apigateway:eu-west-1::/restapis/one/stages/*'],
    ['the runs of one state machine', 'arn:aws:states:eu-west-1:111122223333:execution:one:*'],
    ['names in one bucket that begin with a whole word', 'arn:aws:s3:::bucket/tenant-1-*'],
    ['one model in the regions of a profile', 'arn:aws:bedrock:*::foundation-model/one'],
    ['objects of a bucket whose name is left out', 'arn:aws:s3:::/*'],
    ['a secret with its unknown suffix', 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:one-??????'],
  ])('%s is one resource', (_name, resource) => expect(lines(on(resource), UNKNOWN_PARAMETER)).toEqual([]));

  test.each<[string, unknown]>([
    ['everything', '*'],
    ['every bucket', 'arn:aws:s3:::*'],
    ['a wildcard in the bucket’s name', 'arn:aws:s3:::logs-*'],
    ['a name continued by a wildcard', { 'Fn::Sub': `\${Bucket.Arn}*` }],
    ['every table', { 'Fn::Sub': `arn:\${AWS::Partition}:dynamodb:\${AWS::Region}:\${AWS::AccountId}:table/*` }],
    ['every function', 'arn:aws:lambda:eu-west-1:111122223333:function:*'],
    ['a function of any account', 'arn:aws:lambda:eu-west-1:*:function:one'],
    ['a wildcard over the whole ARN', 'arn:aws:s3*'],
    ['a table in any region', 'arn:aws:dynamodb:*:111122223333:table/one'],
    ['a table in any partition', 'arn:*:dynamodb:eu-west-1:111122223333:table/one'],
    ['another tenant, whose name begins the same', 'arn:aws:s3:::bucket/tenant-1*'],
    ['the same, after the bucket’s own ARN', { 'Fn::Sub': `\${Bucket.Arn}/tenant-1*` }],
    ['every secret of a stage', 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:prod/*'],
    ['every secret whose name begins so', 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:one-*'],
    ['any model in any region', 'arn:aws:bedrock:*::foundation-model/*'],
    ['every log group', 'arn:aws:logs:eu-west-1:111122223333:log-group:*'],
  ])('%s is too wide', (_name, resource) => {
    expect(lines(on(resource))).toEqual([expect.stringMatching(/^Policy .*Statement\[0\]\.Resource: allows /)]);
  });

  test('actions: wildcards anywhere, NotAction and NotResource are found', () => {
    const one = 'arn:aws:s3:::bucket/key';
    for (const action of [
      '*',
      's3:*',
      's3:Put*',
      's3:G?tObject',
      '*:GetObject',
      'iam:Pass*',
      'sts:Assume*',
      'invented:*',
    ]) {
      expect(lines(on(one, action))).toEqual([expect.stringContaining('a wildcard')]);
    }
    expect(lines(on(one, 's3:PutObject*'))).toEqual([
      expect.stringMatching(/a wildcard for \d+ actions, such as s3:PutObjectAcl and s3:/),
    ]);
    expect(lines(policy({ Effect: 'Allow', NotAction: 'iam:*', Resource: one }))).toHaveLength(1);
    expect(lines(policy({ Effect: 'Allow', Action: 's3:GetObject', NotResource: one }))).toHaveLength(1);
  });

  test('a wildcard may cover reads of what is named, and one action in its variants', () => {
    const table = 'arn:aws:dynamodb:eu-west-1:111122223333:table/one';
    for (const action of [
      's3:Get*',
      's3:List*',
      's3:DeleteObject*',
      'kms:GenerateDataKey*',
      'kms:ReEncrypt*',
      'bedrock:InvokeModel*',
    ]) {
      expect(lines(on(table, action))).toEqual([]);
      expect(lines(on('*', action))).toHaveLength(1);
    }
  });

  test('a condition may name the resources', () => {
    const allow = { Effect: 'Allow', Action: 'ecs:StopTask', Resource: '*' };
    const when = (operator: string, key: string, value: unknown) =>
      policy({ ...allow, Condition: { [operator]: { [key]: value } } });
    expect(lines(when('StringEquals', 'aws:ResourceTag/agent', 'desk'))).toEqual([]);
    expect(lines(when('ArnEquals', 'ecs:cluster', 'arn:aws:ecs:eu-west-1:111122223333:cluster/one'))).toEqual([]);
    expect(lines(when('StringLike', 'aws:ResourceTag/agent', '*'))).toHaveLength(1);
    expect(lines(when('StringEqualsIfExists', 'aws:ResourceTag/agent', 'desk'))).toHaveLength(1);
    expect(lines(when('StringEquals', 'aws:RequestedRegion', 'eu-west-1'))).toHaveLength(1);
    expect(lines(when('StringEquals', 'aws:ResourceTag/agent', { Ref: 'Unknown' }), UNKNOWN_PARAMETER)).toHaveLength(1);
  });

  test('what AWS’s own policies allow every workload: its log, and its image', () => {
    const group = 'arn:aws:logs:eu-west-1:111122223333:log-group:/aws/lambda/*:*';
    const own = ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents', 'xray:PutTraceSegments'];
    expect(lines(on(group, own))).toEqual([]);
    expect(lines(on('*', own))).toEqual([]);
    expect(lines(on('*', ['ecr:GetAuthorizationToken', 'ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer']))).toEqual(
      [],
    );
    expect(lines(on(group, [...own, 'logs:DeleteLogGroup']))).toHaveLength(1);
    expect(lines(on(group, 'logs:FilterLogEvents'))).toHaveLength(1);
    expect(lines(on('*', 'ecr:PutImage'))).toHaveLength(1);
  });

  test('names and settings of everything are no finding; what people stored is', () => {
    for (const action of [
      'ecs:DescribeServices',
      'dynamodb:ListTagsOfResource',
      's3:ListAllMyBuckets',
      'bedrock:GetFoundationModel',
      'ce:ListReservation*',
    ]) {
      expect(lines(on('*', action))).toEqual([]);
    }
    for (const action of ['s3:ListBucket', 'bedrock-agentcore:ListMemoryRecords', 'dynamodb:Query', 'ecs:StopTask']) {
      expect(lines(on('*', action))).toHaveLength(1);
    }
  });

  test('an HTTP task is bounded by its conditions alone', () => {
    const call = { Effect: 'Allow', Action: 'states:InvokeHTTPEndpoint', Resource: '*' };
    const to = (value: string) => policy({ ...call, Condition: { StringLike: { 'states:HTTPEndpoint': value } } });
    expect(lines(to('https://api.example.com/tickets/*'))).toEqual([]);
    expect(lines(to('https://*'))).toHaveLength(1);
    expect(lines(policy(call))).toHaveLength(1);
  });

  test.each<[string, number]>([
    ['service-role/AWSLambdaBasicExecutionRole', 0],
    ['AWSXRayDaemonWriteAccess', 0],
    ['AmazonEKS_CNI_Policy', 0],
    ['AmazonS3FullAccess', 1],
    ['AdministratorAccess', 1],
    ['service-role/AWSBackupServiceRolePolicyForBackup', 1],
    ['Invented', 1],
  ])('the AWS managed policy %s', (name, count) => {
    const role = {
      Role: { Type: 'AWS::IAM::Role', Properties: { ManagedPolicyArns: [`arn:aws:iam::aws:policy/${name}`] } },
    };
    expect(lines(role)).toHaveLength(count);
  });

  test('a policy that AWS made for a service, on a role of that service', () => {
    const role = (Service: string): JsonObject => ({
      Role: {
        Type: 'AWS::IAM::Role',
        Properties: {
          AssumeRolePolicyDocument: {
            Statement: { Effect: 'Allow', Principal: { Service }, Action: 'sts:AssumeRole' },
          },
          ManagedPolicyArns: ['arn:aws:iam::aws:policy/service-role/AWSBackupServiceRolePolicyForBackup'],
        },
      },
    });
    expect(lines(role('backup.amazonaws.com'))).toEqual([]);
    expect(lines(role('lambda.amazonaws.com'))).toEqual([expect.stringContaining('AWS managed policy')]);
  });

  test('beside no agent, the role of a workload is left alone; beside one, or where nobody knows, it isn’t', () => {
    const wide = {
      Effect: 'Allow',
      Action: 'dynamodb:*',
      Resource: 'arn:aws:dynamodb:eu-west-1:111122223333:table/one',
    };
    const shop: JsonObject = {
      ...policy(wide),
      Shop: { Type: 'AWS::ECS::TaskDefinition', Properties: { TaskRoleArn: { 'Fn::GetAtt': ['Role', 'Arn'] } } },
    };
    const agent = { Agent: { Type: 'AWS::BedrockAgentCore::Runtime', Properties: {} } };
    const elsewhere = {
      Role: { Type: 'AWS::IAM::Role', Properties: { ManagedPolicyArns: [{ Ref: 'Unknown' }] } },
    };
    const shared = { Person: { Type: 'AWS::IAM::User', Properties: { ManagedPolicyArns: [{ Ref: 'Policy' }] } } };
    const managed = { Policy: { ...(shop.Policy as JsonObject), Type: 'AWS::IAM::ManagedPolicy' } };
    expect(lines(shop)).toEqual([]);
    expect(lines({ ...shop, ...agent })).toHaveLength(1);
    expect(lines({ ...shop, ...elsewhere }, UNKNOWN_PARAMETER)).toHaveLength(2);
    expect(lines({ ...shop, ...managed, ...shared })).toHaveLength(1);
  });

  test('actions that take no resource are excepted by name, and only alone', () => {
    const own = ['ec2:CreateNetworkInterface', 'ec2:DescribeNetworkInterfaces'];
    expect(lines(on('*', own))).toEqual([]);
    expect(lines(on('*', [...own, 'ec2:RunInstances']))).toHaveLength(1);
    expect(lines(on('*', 'ec2:*NetworkInterface*'))).not.toEqual([]);
    for (const action of [
      'ec2:Describe*',
      'ssmmessages:*',
      'xray:PutTraceSegments',
      'cloudwatch:PutMetricData',
      'sts:GetCallerIdentity',
    ]) {
      expect(lines(on('*', action))).toEqual([]);
    }
    expect(lines(on('*', 'invented:Action'))).toHaveLength(1);
  });

  test('a Deny may be as wide as it likes', () => {
    expect(lines(policy({ Effect: 'Deny', Action: '*', Resource: '*' }))).toEqual([]);
  });

  test('a boundary grants nothing; the same policy attached does', () => {
    const managed = (attached: JsonObject): JsonObject => ({
      Role: { Type: 'AWS::IAM::Role', Properties: { PermissionsBoundary: { Ref: 'Most' }, ...attached } },
      Most: {
        Type: 'AWS::IAM::ManagedPolicy',
        Properties: { PolicyDocument: { Statement: { Effect: 'Allow', Action: 's3:GetObject', Resource: '*' } } },
      },
    });
    expect(lines(managed({}))).toEqual([]);
    expect(lines(managed({ ManagedPolicyArns: [{ Ref: 'Most' }] }))).toHaveLength(1);
  });

  test('what is added later isn’t covered by the id that was acknowledged', () => {
    const [before] = findingsOf('LeastPrivilegeNoWildcard', on('*', ['s3:GetObject']));
    const [after] = findingsOf('LeastPrivilegeNoWildcard', on('*', ['s3:GetObject', 's3:DeleteObject']));
    expect(before?.ruleId).toBe('LeastPrivilegeNoWildcard[s3:GetObject@*]');
    expect(after?.ruleId).not.toBe(before?.ruleId);
  });

  test('an unknown effect, action, resource or statement can’t be proven', () => {
    const unknown = { Ref: 'Unknown' };
    for (const statement of [
      { Effect: unknown, Action: 's3:GetObject', Resource: 'arn:aws:s3:::b/k' },
      { Effect: 'Allow', Action: unknown, Resource: 'arn:aws:s3:::b/k' },
      { Effect: 'Allow', Action: 's3:GetObject', Resource: unknown },
      unknown,
    ]) {
      expect(lines(policy(statement), UNKNOWN_PARAMETER)).toEqual([expect.stringContaining("can't be proven")]);
    }
  });
});

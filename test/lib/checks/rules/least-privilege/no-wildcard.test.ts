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
    ['a secret with its unknown suffix', 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:one-??????'],
  ])('%s is one resource', (_name, resource) => expect(lines(on(resource))).toEqual([]));

  test.each<[string, unknown]>([
    ['everything', '*'],
    ['every bucket', 'arn:aws:s3:::*'],
    ['a wildcard in the bucket’s name', 'arn:aws:s3:::logs-*'],
    ['a name continued by a wildcard', { 'Fn::Sub': `\${Bucket.Arn}*` }],
    ['every table', { 'Fn::Sub': `arn:\${AWS::Partition}:dynamodb:\${AWS::Region}:\${AWS::AccountId}:table/*` }],
    ['every function', 'arn:aws:lambda:eu-west-1:111122223333:function:*'],
    ['a function of any account', 'arn:aws:lambda:eu-west-1:*:function:one'],
    ['a wildcard over the whole ARN', 'arn:aws:s3*'],
  ])('%s is too wide', (_name, resource) => {
    expect(lines(on(resource))).toEqual([expect.stringMatching(/^Policy .*Statement\[0\]\.Resource: allows /)]);
  });

  test('actions: wildcards anywhere, NotAction and NotResource are found', () => {
    const one = 'arn:aws:s3:::bucket/key';
    for (const action of ['*', 's3:*', 's3:Get*', 's3:G?tObject']) {
      expect(lines(on(one, action))).toEqual([expect.stringContaining('a wildcard')]);
    }
    expect(lines(policy({ Effect: 'Allow', NotAction: 'iam:*', Resource: one }))).toHaveLength(1);
    expect(lines(policy({ Effect: 'Allow', Action: 's3:GetObject', NotResource: one }))).toHaveLength(1);
  });

  test('actions that take no resource are excepted by name, and only alone', () => {
    const own = ['ec2:CreateNetworkInterface', 'ec2:DescribeNetworkInterfaces'];
    expect(lines(on('*', own))).toEqual([]);
    expect(lines(on('*', [...own, 'ec2:RunInstances']))).toHaveLength(1);
    expect(lines(on('*', 'ec2:*NetworkInterface*'))).not.toEqual([]);
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

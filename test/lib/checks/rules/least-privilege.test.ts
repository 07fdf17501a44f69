import type { JsonObject } from '../../../../runtime/core/contracts';
import { changed, findingsOf, linesOf, UNKNOWN_PARAMETER } from '../check-template';

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

describe('LeastPrivilegeOwnRole', () => {
  const lines = (resources: JsonObject, around?: JsonObject) => linesOf('LeastPrivilegeOwnRole', resources, around);
  const fn = (role: unknown): JsonObject => ({
    Type: 'AWS::Lambda::Function',
    Properties: { Role: role as JsonObject },
  });
  const roles = {
    A: { Type: 'AWS::IAM::Role', Properties: { RoleName: 'a' } },
    B: { Type: 'AWS::IAM::Role', Properties: {} },
  };
  const two: JsonObject = {
    ...roles,
    One: fn({ 'Fn::GetAtt': ['A', 'Arn'] }),
    Two: fn({ 'Fn::GetAtt': ['B', 'Arn'] }),
  };

  test('a role each is fine', () => expect(lines(two)).toEqual([]));

  test('a role of two is found at both, and names the other', () => {
    expect(lines(changed(two, ['Two', 'Properties', 'Role'], { 'Fn::GetAtt': ['A', 'Arn'] }))).toEqual([
      'One Properties.Role: shares its role with Two',
      'Two Properties.Role: shares its role with One',
    ]);
  });

  test('a function and a task that share one are found, also where one names it by ARN', () => {
    const task = {
      Task: { Type: 'AWS::ECS::TaskDefinition', Properties: { TaskRoleArn: 'arn:aws:iam::111122223333:role/a' } },
    };
    expect(lines({ ...two, ...task })).toHaveLength(2);
  });

  test('an unknown role can’t be proven', () => {
    expect(lines(changed(two, ['Two', 'Properties', 'Role'], { Ref: 'Unknown' }), UNKNOWN_PARAMETER)).toEqual([
      expect.stringContaining("can't be proven"),
    ]);
  });
});

describe('LeastPrivilegeCredentialRoleBounded', () => {
  const lines = (resources: JsonObject, around?: JsonObject) =>
    linesOf('LeastPrivilegeCredentialRoleBounded', resources, around);
  const role = (action: string, boundary?: unknown): JsonObject => ({
    Role: {
      Type: 'AWS::IAM::Role',
      Properties: {
        Policies: [{ PolicyDocument: { Statement: { Effect: 'Allow', Action: action, Resource: 'arn:x' } } }],
        ...(boundary === undefined ? {} : { PermissionsBoundary: boundary as JsonObject }),
      },
    },
  });

  const bounded = (...actions: unknown[]): JsonObject => ({
    ...role('secretsmanager:GetSecretValue', { Ref: 'Boundary' }),
    Boundary: {
      Type: 'AWS::IAM::ManagedPolicy',
      Properties: {
        PolicyDocument: {
          Statement: [
            { Effect: 'Allow', Action: actions as JsonObject[], Resource: '*' },
            { Effect: 'Deny', Action: 'iam:*', Resource: '*' },
          ],
        },
      },
    },
  });

  test('a role that reads a secret needs a boundary, another doesn’t', () => {
    expect(lines(bounded('secretsmanager:GetSecretValue', 'ec2:*NetworkInterface*'))).toEqual([]);
    expect(lines(role('s3:GetObject'))).toEqual([]);
    expect(lines(role('secretsmanager:GetSecretValue'))).toEqual([expect.stringContaining('no permissions boundary')]);
    expect(lines(role('secretsmanager:*'))).toHaveLength(1);
  });

  test.each(['*', 's3:*', '*:GetObject', 's3*:*'])('a boundary that allows %s is found', (action) => {
    expect(lines(bounded('secretsmanager:GetSecretValue', action))).toEqual([
      expect.stringContaining(`its boundary Boundary allows ${action}`),
    ]);
  });

  test('a boundary by exclusion is found', () => {
    const path = ['Boundary', 'Properties', 'PolicyDocument', 'Statement', 0];
    const excluding = { Effect: 'Allow', NotAction: 'iam:*', Resource: '*' };
    expect(lines(changed(bounded(), path, excluding))).toEqual([expect.stringContaining('all actions except some')]);
  });

  test('a boundary from elsewhere can’t be proven, and it is said whose place it took', () => {
    const others = 'arn:aws:iam::111122223333:policy/organization';
    expect(lines(role('secretsmanager:GetSecretValue', others))).toEqual([
      `Role Properties.PermissionsBoundary: can't be proven: what the boundary ${others} allows isn't in the template`,
    ]);
    const at = (path: string) => ({ Metadata: { 'aws:cdk:path': path } });
    const displaced = changed(bounded('s3:GetObject'), ['Role', 'Properties', 'PermissionsBoundary'], others);
    Object.assign(displaced.Boundary as JsonObject, at('Stack/Tickets/Boundary/Resource'));
    Object.assign(displaced.Role as JsonObject, at('Stack/Tickets/Executor/Role/Resource'));
    expect(lines(displaced)).toEqual([expect.stringContaining('it replaced Stack/Tickets/Boundary/Resource')]);
  });

  test('what a boundary allows that nobody knows can’t be proven', () => {
    expect(lines(bounded({ Ref: 'Unknown' }), UNKNOWN_PARAMETER)).toEqual([expect.stringContaining("can't be proven")]);
    const document = changed(bounded(), ['Boundary', 'Properties', 'PolicyDocument'], { Ref: 'Unknown' });
    expect(lines(document, UNKNOWN_PARAMETER)).toEqual([expect.stringContaining("can't be proven")]);
  });

  test('an unknown boundary can’t be proven', () => {
    expect(lines(role('secretsmanager:GetSecretValue', { Ref: 'Unknown' }), UNKNOWN_PARAMETER)).toEqual([
      expect.stringContaining("can't be proven"),
    ]);
  });
});

import { rewriteTemplate } from './rewrite-template';
import type { Json, Template, TemplateResource } from './template';

const SUPPORTED = new Set([
  'AWS::IAM::Policy',
  'AWS::IAM::Role',
  'AWS::Lambda::Function',
  'AWS::S3::Bucket',
  'AWS::SecretsManager::Secret',
  'AWS::CloudWatch::Alarm',
  'AWS::CloudWatch::Dashboard',
  'AWS::EC2::Route',
  'AWS::EC2::VPC',
]);

const BUCKET_OBJECTS = `\${Bucket.Arn}/*`;
const TRAIL = `\${Trail.Arn}`;

function rewrite(Resources: Record<string, TemplateResource>, Outputs: Record<string, Json> = {}) {
  return rewriteTemplate({ Resources, Outputs } as Template, SUPPORTED);
}

describe('a template rewritten for the emulator', () => {
  test('loses what the emulator cannot make, and every reference to it', () => {
    const { template, changes } = rewrite(
      {
        Trail: { Type: 'AWS::CloudTrail::Trail', Properties: {} },
        Bucket: {
          Type: 'AWS::S3::Bucket',
          DependsOn: ['Trail'],
          Properties: {
            Tags: [
              { Key: 'trail', Value: { Ref: 'Trail' } },
              { Key: 'other', Value: 'x' },
            ],
          },
        },
        Policy: {
          Type: 'AWS::IAM::Policy',
          Properties: {
            PolicyDocument: {
              Statement: [
                { Effect: 'Allow', Action: 'cloudtrail:GetTrail', Resource: { 'Fn::GetAtt': ['Trail', 'Arn'] } },
                { Effect: 'Allow', Action: 's3:GetObject', Resource: { 'Fn::Sub': BUCKET_OBJECTS } },
              ],
            },
          },
        },
        OnlyTrail: {
          Type: 'AWS::IAM::Policy',
          Properties: {
            PolicyDocument: {
              Statement: [{ Effect: 'Allow', Action: 'cloudtrail:*', Resource: { 'Fn::Sub': TRAIL } }],
            },
          },
        },
      },
      { TrailArn: { Value: { 'Fn::GetAtt': 'Trail.Arn' } }, BucketName: { Value: { Ref: 'Bucket' } } },
    );
    expect(template.Resources).toEqual({
      Bucket: { Type: 'AWS::S3::Bucket', Properties: { Tags: [{ Key: 'trail' }, { Key: 'other', Value: 'x' }] } },
      Policy: {
        Type: 'AWS::IAM::Policy',
        Properties: {
          PolicyDocument: {
            Statement: [{ Effect: 'Allow', Action: 's3:GetObject', Resource: { 'Fn::Sub': BUCKET_OBJECTS } }],
          },
        },
      },
    });
    expect(template.Outputs).toEqual({ BucketName: { Value: { Ref: 'Bucket' } } });
    expect(changes.map(({ kind, where }) => `${kind} ${where}`)).toEqual([
      'dropped Trail',
      'dropped OnlyTrail',
      'patched Bucket',
      'patched Policy',
      'dropped TrailArn',
    ]);
  });

  test('loses a route whose target is dropped, and keeps a text that only mentions what is dropped', () => {
    const { template } = rewrite({
      Firewall: { Type: 'AWS::NetworkFirewall::Firewall' },
      Route: {
        Type: 'AWS::EC2::Route',
        Properties: {
          RouteTableId: 'rtb-1',
          VpcEndpointId: { 'Fn::Select': [0, { 'Fn::GetAtt': ['Firewall', 'EndpointIds'] }] },
        },
      },
      Dashboard: {
        Type: 'AWS::CloudWatch::Dashboard',
        Properties: { DashboardBody: { 'Fn::Join': ['', ['{"firewall":"', { Ref: 'Firewall' }, '"}']] } },
      },
    });
    expect(template.Resources).toEqual({
      Dashboard: {
        Type: 'AWS::CloudWatch::Dashboard',
        Properties: { DashboardBody: { 'Fn::Join': ['', ['{"firewall":"', 'dropped-Firewall', '"}']] } },
      },
    });
  });

  test('keeps an alarm on one metric and drops metric math', () => {
    const { template } = rewrite({
      One: { Type: 'AWS::CloudWatch::Alarm', Properties: { MetricName: 'Errors' } },
      Maths: { Type: 'AWS::CloudWatch::Alarm', Properties: { Metrics: [] } },
    });
    expect(Object.keys(template.Resources)).toEqual(['One']);
  });

  test('drops the provider of a dropped custom resource only where nothing else uses it', () => {
    const custom = (type: string, provider: string) => ({
      Type: type,
      Properties: { ServiceToken: { 'Fn::GetAtt': [provider, 'Arn'] } },
    });
    const provider = (role: string) => ({
      Type: 'AWS::Lambda::Function',
      Properties: { Role: { 'Fn::GetAtt': [role, 'Arn'] } },
    });
    const { template } = rewrite({
      Restrict: custom('Custom::VpcRestrictDefaultSG', 'Alone'),
      Alone: provider('AloneRole'),
      AloneRole: { Type: 'AWS::IAM::Role' },
      Restrict2: custom('Custom::VpcRestrictDefaultSG', 'Shared'),
      Other: custom('Custom::Other', 'Shared'),
      Shared: provider('SharedRole'),
      SharedRole: { Type: 'AWS::IAM::Role' },
    });
    expect(Object.keys(template.Resources)).toEqual(['Other', 'Shared', 'SharedRole']);
  });

  test('takes the ARN of a secret where AWS gives it for Ref', () => {
    const { template } = rewrite({
      Secret: { Type: 'AWS::SecretsManager::Secret' },
      Function: {
        Type: 'AWS::Lambda::Function',
        Properties: { Environment: { Variables: { SECRET: { Ref: 'Secret' } } } },
      },
    });
    expect(template.Resources.Function.Properties).toEqual({
      Environment: { Variables: { SECRET: { 'Fn::GetAtt': ['Secret', 'Id'] } } },
    });
  });

  test('hands on as outputs what is to be applied afterwards, with its references', () => {
    const { template } = rewrite({
      Bucket: {
        Type: 'AWS::S3::Bucket',
        Properties: {
          ObjectLockEnabled: true,
          ObjectLockConfiguration: { Rule: { DefaultRetention: { Mode: 'COMPLIANCE', Days: 365 } } },
        },
      },
      Secret: { Type: 'AWS::SecretsManager::Secret' },
      SecretPolicy: {
        Type: 'AWS::SecretsManager::ResourcePolicy',
        Properties: { SecretId: { Ref: 'Secret' }, ResourcePolicy: { Statement: [] } },
      },
    });
    expect(template.Outputs).toEqual({
      EmulatorAfterwardsPutObjectLockConfigurationBucket: {
        Value: {
          'Fn::Join': [
            '',
            [
              '{"call":"PutObjectLockConfiguration","target":"',
              { Ref: 'Bucket' },
              '","where":"Bucket","document":{"ObjectLockEnabled":"Enabled","Rule":{"DefaultRetention":{"Mode":"COMPLIANCE","Days":365}}}}',
            ],
          ],
        },
      },
      EmulatorAfterwardsPutResourcePolicySecretPolicy: {
        Value: {
          'Fn::Join': [
            '',
            [
              '{"call":"PutResourcePolicy","target":"',
              { 'Fn::GetAtt': ['Secret', 'Id'] },
              '","where":"SecretPolicy","document":{"Statement":[]}}',
            ],
          ],
        },
      },
    });
  });

  test('runs the handler of a code sandbox’s image on this machine, and leaves other images alone', () => {
    const image = { PackageType: 'Image', Code: { ImageUri: 'repository@sha256:00' }, Role: 'role' };
    const sandbox = {
      ...image,
      Environment: { Variables: { CODE_SANDBOX: '1' } },
      TenancyConfig: { TenantIsolationMode: 'PER_TENANT' },
    };
    const { template, changes } = rewrite({
      Sandbox: { Type: 'AWS::Lambda::Function', Properties: sandbox },
      Other: { Type: 'AWS::Lambda::Function', Properties: image },
    });
    expect(template.Resources.Sandbox?.Properties).toEqual({
      Role: 'role',
      Environment: { Variables: { CODE_SANDBOX: '1' } },
      Code: { ZipFile: expect.stringMatching(/runtime-bundles\/code-sandbox-run\/index\.js/) },
      Runtime: 'nodejs22.x',
      Handler: 'index.handler',
    });
    expect(template.Resources.Other?.Properties).toEqual(image);
    expect(changes).toEqual([
      {
        kind: 'patched',
        what: expect.stringContaining('runs on this machine, for all sessions in one place'),
        where: 'Sandbox',
      },
    ]);
  });
});

import { estimatePolicySize } from '../../lib/network/policy-size';
import type { MaskedTemplate } from '../guard/masked-template';
import { validateAsl } from '../lib/approvals/validate-asl';
import { deployedValue } from './deployed-value';
import { inlinePolicies } from './inline-policies';
import { guardedTemplates, resourcesOf, type TemplateResource } from './templates';

/** What AWS accepts, on the templates of the guarded apps. Sizes are estimated with the longest usual names and ARNs. */
const templates = guardedTemplates();

const named = (type: string) =>
  templates.flatMap(({ name, template }) =>
    resourcesOf(template, type).map(([id, resource]) => ({ name: `${name} ${id}`, template, resource })),
  );

describe('state machines', () => {
  const machines = named('AWS::StepFunctions::StateMachine');

  test.each(machines)('$name satisfies the validator of Amazon States Language', ({ template, resource }) => {
    const definition = JSON.parse(String(deployedValue(template, resource.Properties?.DefinitionString)));
    expect(validateAsl(definition).errors).toEqual([]);
  });

  test.each(machines)('$name logs to a group with the prefix that busy accounts need', ({ template, resource }) => {
    const logging = resource.Properties?.LoggingConfiguration as {
      Destinations: { CloudWatchLogsLogGroup: { LogGroupArn: { 'Fn::GetAtt': [string, string] } } }[];
    };
    const [{ CloudWatchLogsLogGroup: destination }, ...others] = logging.Destinations;
    expect(others).toEqual([]);
    const [groupId] = destination.LogGroupArn['Fn::GetAtt'];
    const group = Object.fromEntries(resourcesOf(template, 'AWS::Logs::LogGroup'))[groupId];
    const groupName = String(deployedValue(template, group.Properties?.LogGroupName));
    // The end differs in each stack that is created, so a retained group blocks no later one.
    expect(groupName).toMatch(/^\/aws\/vendedlogs\/states\/[\w/.#-]+-0a1b2c3d-0a1b-0a1b-0a1b-0a1b2c3d4e5f$/);
    expect(groupName.length).toBeLessThanOrEqual(512);
  });

  test('each have a log group of their own', () => {
    const groups = templates.flatMap(({ name, template }) =>
      resourcesOf(template, 'AWS::Logs::LogGroup').flatMap(([, { Properties }]) =>
        Properties?.LogGroupName ? [`${name} ${JSON.stringify(Properties.LogGroupName)}`] : [],
      ),
    );
    expect(groups.filter((group) => group.includes('/aws/vendedlogs/states/'))).toHaveLength(machines.length);
    expect(new Set(groups).size).toBe(groups.length);
  });
});

test('no two APIs of a stack have the same name, so CloudWatch doesn’t add up their metrics', () => {
  const names = named('AWS::ApiGateway::RestApi').map(({ resource }) => resource.Properties?.Name);
  expect(names.length).toBeGreaterThan(7);
  expect(names.every((name) => typeof name === 'string' && /^[A-Za-z0-9-]{8,128}$/.test(name))).toBe(true);
  expect(new Set(names).size).toBe(names.length);
});

interface Quota {
  readonly what: string;
  readonly limit: number;
  readonly source: string;
  readonly used: (template: MaskedTemplate) => (readonly [string, number])[];
}

const DOCS = 'https://docs.aws.amazon.com';
const CLOUDFORMATION = `${DOCS}/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html`;

function policiesOf(type: string, property: string): Quota['used'] {
  return (template) =>
    resourcesOf(template, type).flatMap(([id, { Properties }]) =>
      Properties?.[property] ? [[id, estimatePolicySize(Properties[property])] as const] : [],
    );
}

function countOf(type: string): Quota['used'] {
  return (template) => [[type, resourcesOf(template, type).length]];
}

const countOfSection =
  (section: string): Quota['used'] =>
  (template) => [[section, Object.keys(template[section] ?? {}).length]];

const QUOTAS: readonly Quota[] = [
  { what: 'resources of a template', limit: 500, source: CLOUDFORMATION, used: countOfSection('Resources') },
  { what: 'outputs of a template', limit: 200, source: CLOUDFORMATION, used: countOfSection('Outputs') },
  { what: 'parameters of a template', limit: 200, source: CLOUDFORMATION, used: countOfSection('Parameters') },
  {
    what: 'bytes of a template',
    limit: 1_000_000,
    source: CLOUDFORMATION,
    used: (template) => [['as indented JSON', Buffer.byteLength(JSON.stringify(template, undefined, 1))]],
  },
  {
    what: 'characters of a role’s inline policies',
    limit: 10_240,
    source: `${DOCS}/IAM/latest/UserGuide/reference_iam-quotas.html`,
    used: inlinePolicies,
  },
  {
    what: 'characters of a role’s trust policy',
    limit: 2048,
    source: `${DOCS}/IAM/latest/UserGuide/reference_iam-quotas.html`,
    used: policiesOf('AWS::IAM::Role', 'AssumeRolePolicyDocument'),
  },
  {
    what: 'characters of a managed policy',
    limit: 6144,
    source: `${DOCS}/IAM/latest/UserGuide/reference_iam-quotas.html`,
    used: policiesOf('AWS::IAM::ManagedPolicy', 'PolicyDocument'),
  },
  {
    what: 'bytes of a bucket policy',
    limit: 20 * 1024,
    source: `${DOCS}/AmazonS3/latest/userguide/bucket-policies.html`,
    used: policiesOf('AWS::S3::BucketPolicy', 'PolicyDocument'),
  },
  {
    what: 'bytes of a key policy',
    limit: 32 * 1024,
    source: `${DOCS}/kms/latest/developerguide/resource-limits.html`,
    used: policiesOf('AWS::KMS::Key', 'KeyPolicy'),
  },
  {
    what: 'characters of an endpoint policy',
    limit: 20_480,
    source: `${DOCS}/vpc/latest/privatelink/vpc-limits-endpoints.html`,
    used: policiesOf('AWS::EC2::VPCEndpoint', 'PolicyDocument'),
  },
  {
    what: 'bytes of a function’s resource policy',
    limit: 20 * 1024,
    source: `${DOCS}/lambda/latest/dg/gettingstarted-limits.html`,
    used: policiesOf('AWS::Lambda::ResourcePolicy', 'PolicyDocument'),
  },
  {
    what: 'characters of an API’s resource policy',
    limit: 8192,
    source: `${DOCS}/apigateway/latest/developerguide/api-gateway-execution-service-limits-table.html`,
    used: policiesOf('AWS::ApiGateway::RestApi', 'Policy'),
  },
  {
    what: 'characters of a log resource policy',
    limit: 5120,
    source: `${DOCS}/AWSCloudFormation/latest/UserGuide/aws-resource-logs-resourcepolicy.html`,
    used: policiesOf('AWS::Logs::ResourcePolicy', 'PolicyDocument'),
  },
  {
    what: 'log resource policies of an account in a region',
    limit: 10,
    source: `${DOCS}/AmazonCloudWatchLogs/latest/APIReference/API_PutResourcePolicy.html`,
    used: countOf('AWS::Logs::ResourcePolicy'),
  },
  {
    what: 'trails of an account in a region',
    limit: 5,
    source: `${DOCS}/awscloudtrail/latest/userguide/WhatIsCloudTrail-Limits.html`,
    used: countOf('AWS::CloudTrail::Trail'),
  },
];

test.each(QUOTAS)('$what: at most $limit', ({ what, limit, used }) => {
  const uses = templates.flatMap(({ name, template }) =>
    used(template).map(([id, size]) => ({ name: `${name} ${id}`, size })),
  );
  const [largest] = uses.sort((a, b) => b.size - a.size);
  process.stderr.write(`${largest.size} of ${limit} ${what}, ${limit - largest.size} left: ${largest.name}\n`);
  expect(uses.filter(({ size }) => size > limit)).toEqual([]);
});

describe('a rolled back creation', () => {
  /** What users make themselves in the guarded apps. */
  const OF_USERS =
    /^(RecordsKey|Books|Orders|Queries|Accounts|Reports|(Accounts|Jobs|News|Reports)Key|\w*Images)[0-9A-F]{8}$/;
  /** The log may have been handed over to a later signing key before the rollback. */
  const LATER_SIGNING_KEY = /SealerSigningKey\d+[0-9A-F]{8}$/;
  const kept = templates.flatMap(({ name, template }) =>
    resourcesOf(template)
      .filter(
        ([id, { DeletionPolicy }]) => DeletionPolicy !== undefined && DeletionPolicy !== 'Delete' && !OF_USERS.test(id),
      )
      .map(([id, resource]) => ({ name: `${name} ${id}`, id, resource, template })),
  );

  test('deletes everything that a deleted stack keeps, except a later signing key', () => {
    expect(kept.length).toBeGreaterThan(60);
    const left = kept.filter(({ resource }) => resource.DeletionPolicy !== 'RetainExceptOnCreate');
    expect(left.map(({ id }) => id).filter((id) => !LATER_SIGNING_KEY.test(id))).toEqual([]);
    expect(kept.filter(({ resource }) => resource.UpdateReplacePolicy !== 'Retain').map(({ name }) => name)).toEqual(
      [],
    );
  });

  /** The actions that CloudFormation calls to delete a kept resource, where a policy of ours could deny them. */
  const DELETING: Readonly<Record<string, readonly [string, (resource: TemplateResource) => unknown]>> = {
    'AWS::KMS::Key': ['kms:ScheduleKeyDeletion', ({ Properties }) => Properties?.KeyPolicy],
    'AWS::S3::BucketPolicy': ['s3:DeleteBucketPolicy', ({ Properties }) => Properties?.PolicyDocument],
  };
  const deniers = kept.filter(({ resource }) => resource.Type in DELETING);

  test('isn’t denied to CloudFormation by the policy of a key or bucket', () => {
    expect(deniers.length).toBeGreaterThan(40);
    for (const { name, resource } of deniers) {
      const [action, policyOf] = DELETING[resource.Type];
      const actions = resource.Type === 'AWS::S3::BucketPolicy' ? [action, 's3:DeleteBucket'] : [action];
      const { Statement: statements } = policyOf(resource) as { Statement: Record<string, unknown>[] };
      const denials = statements.filter(
        ({ Effect, Action }) => Effect === 'Deny' && actions.some((each) => [Action].flat().includes(each)),
      );
      for (const { Condition } of denials) {
        expect(`${name} ${JSON.stringify(Condition)}`).toMatch(/ArnNotLike.*-cfn-exec-role-/);
      }
    }
  });

  test('finds locked buckets empty where anything else failed: the sealer and the trail begin last', () => {
    const last = /(Gate|Desk)ApiDeploymentStage|ApprovalsStateMachine|LaunchFunction/;
    for (const { name, template } of templates.filter(({ name }) => !name.endsWith('/Alone'))) {
      const present = resourcesOf(template).flatMap(([id]) => last.exec(id)?.[0] ?? []);
      const writers = [
        ...resourcesOf(template, 'AWS::CloudTrail::Trail'),
        // The sweep of sessions writes nothing before a session has begun.
        ...resourcesOf(template, 'AWS::Events::Rule').filter(
          ([id, { Properties }]) => Properties?.ScheduleExpression && !id.includes('Sweep'),
        ),
      ];
      for (const [id, { DependsOn = [] }] of writers) {
        const awaited = [DependsOn].flat().flatMap((each) => last.exec(each)?.[0] ?? []);
        expect([`${name} ${id}`, ...new Set(awaited.sort())]).toEqual([`${name} ${id}`, ...new Set(present.sort())]);
      }
    }
  });

  test('deletes a bucket’s policy before the bucket, and the bucket before its key', () => {
    for (const { resource, template, name } of kept.filter((each) => each.resource.Type === 'AWS::S3::BucketPolicy')) {
      const { Bucket } = resource.Properties ?? {};
      const { Ref: bucketId } = Bucket as { Ref: string };
      const bucket = Object.fromEntries(resourcesOf(template))[bucketId];
      expect(`${name} ${JSON.stringify(bucket.Properties?.BucketEncryption)}`).toMatch(
        /"Fn::GetAtt":\["\w+Key\w+","Arn"\]/,
      );
    }
  });
});

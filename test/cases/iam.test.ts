import { checkAssembly } from '../../lib/checks/check-assembly';
import { agentsOf } from '../../lib/checks/facts/workloads';
import { prove } from '../../lib/prove/claims';
import { Assembly } from '../../lib/template';
import type { JsonObject, JsonValue } from '../../runtime/core/contracts';
import { quickstartTemplate, statementsIn, type TemplateBody } from '../lib/prove/quickstart-template';

const CLAIMS = {
  exclusion: 'allows-name-what-they-allow',
  passing: 'roles-are-passed-exactly',
  source: 'services-act-for-this-account',
};

function examplesIn(claim: keyof typeof CLAIMS, resources: JsonObject): readonly string[] {
  const { claims } = prove(Assembly.of({ name: 'T.template.json', body: { Resources: resources } }));
  return claims.find(({ id }) => id === CLAIMS[claim])?.counterExamples ?? ['no such claim'];
}

const trust = (statement: JsonObject): JsonObject => ({
  Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', ...statement }],
});
const roleWith = (
  statements: JsonValue,
  assumed = trust({ Principal: { Service: 'ec2.amazonaws.com' } }),
): JsonObject => ({
  Role: {
    Type: 'AWS::IAM::Role',
    Properties: {
      AssumeRolePolicyDocument: assumed,
      Policies: [{ PolicyName: 'p', PolicyDocument: { Version: '2012-10-17', Statement: statements } }],
    },
  },
});

describe('IAM-01: an Allow that lists what is excluded', () => {
  const statements: JsonValue = [
    { Effect: 'Allow', NotAction: 'made:up', Resource: '*' },
    { Effect: 'Allow', Action: 's3:GetObject', NotResource: 'arn:aws:s3:::audit-bucket/*' },
  ];

  test('both statements are refused by name, inline and in a managed policy', () => {
    expect(examplesIn('exclusion', roleWith(statements))).toEqual([
      'Role #0 allows by NotAction',
      'Role #1 allows by NotResource',
    ]);
    const managed = {
      ...roleWith([]),
      Managed: {
        Type: 'AWS::IAM::ManagedPolicy',
        Properties: { Roles: [{ Ref: 'Role' }], PolicyDocument: { Statement: statements } },
      },
    };
    expect(examplesIn('exclusion', managed)).toHaveLength(2);
  });

  test('in a trust policy too', () => {
    const assumed = { Statement: { Effect: 'Allow', NotAction: 'sts:TagSession', Principal: { AWS: '1' } } };
    expect(examplesIn('exclusion', roleWith([], assumed))).toEqual(['Role #0 allows by NotAction']);
  });

  test('variant: NotPrincipal with Allow in a bucket policy, which admits everyone else', () => {
    const resources = {
      Bucket: { Type: 'AWS::S3::Bucket' },
      Policy: {
        Type: 'AWS::S3::BucketPolicy',
        Properties: {
          Bucket: { Ref: 'Bucket' },
          PolicyDocument: {
            Statement: {
              Effect: 'Allow',
              NotPrincipal: { AWS: 'arn:aws:iam::111122223333:role/x' },
              Action: 's3:GetObject',
              Resource: '*',
            },
          },
        },
      },
    };
    expect(examplesIn('exclusion', resources)).toEqual(['Policy #0 allows by NotPrincipal']);
  });

  test('variant: Deny with NotAction passes', () => {
    expect(examplesIn('exclusion', roleWith({ Effect: 'Deny', NotAction: 's3:GetObject', Resource: '*' }))).toEqual([]);
  });
});

describe('IAM-03: PassRole on everything', () => {
  const run = 'arn:aws:ecs:eu-west-1:111122223333:task-definition/agent';
  const pass = (more: JsonObject = {}): JsonObject => ({
    Effect: 'Allow',
    Action: 'iam:PassRole',
    Resource: 'arn:aws:iam::111122223333:role/task',
    Condition: { StringEquals: { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' } },
    ...more,
  });

  test('the wildcard, the missing service and the bare family are each named', () => {
    const found = examplesIn(
      'passing',
      roleWith([
        { Effect: 'Allow', Action: 'iam:PassRole', Resource: '*' },
        { Effect: 'Allow', Action: 'ecs:RunTask', Resource: run },
      ]),
    );
    expect(found).toEqual([
      'Role #0 passes *: not one role by its ARN',
      'Role #0 passes a role without StringEquals iam:PassedToService',
      `Role #1 runs ${run}: without a revision`,
    ]);
  });

  test('exact ARNs, the service, and a revision or all of one family are accepted', () => {
    const fine = [
      pass(),
      ...[`${run}:7`, `${run}:*`].map((Resource) => ({ Effect: 'Allow', Action: 'ecs:RunTask', Resource })),
    ];
    expect(examplesIn('passing', roleWith(fine))).toEqual([]);
  });

  test.each<[string, JsonObject]>([
    ['every role by ARN', { Resource: 'arn:aws:iam::111122223333:role/*' }],
    ['a prefix', { Resource: 'arn:aws:iam::111122223333:role/agent-*' }],
    ['a condition that takes every service', { Condition: { StringLike: { 'iam:PassedToService': '*' } } }],
    ['a condition on a list that holds a wildcard', { Condition: { StringEquals: { 'iam:PassedToService': ['*'] } } }],
    ['a wildcard action', { Action: 'iam:Pass*', Resource: '*' }],
    ['an ARN that nobody knows', { Resource: { 'Fn::ImportValue': 'x' } }],
  ])('variant: %s', (_name, more) => {
    expect(examplesIn('passing', roleWith(pass(more)))).not.toEqual([]);
  });

  test('variant: an override that swaps the task role needs PassRole on that role, which the launcher lacks', () => {
    const { accesses, parts } = prove(Assembly.of({ name: 'Q.template.json', body: quickstartTemplate() }));
    const passed = accesses.filter(({ action }) => action === 'iam:PassRole');
    expect(passed.map(({ role }) => parts.ofRole(role)?.label)).toEqual(['session launcher', 'session launcher']);
    expect(passed.map(({ target }) => parts.placeOf(target))).toEqual(['task role', 'task role']);
  });

  test('the agent’s own role holds no PassRole, not even one that a Deny takes back', () => {
    const resources = {
      ...roleWith([pass(), { Effect: 'Allow', Action: 'bedrock:InvokeModel', Resource: '*' }]),
      Agent: { Type: 'AWS::Lambda::Function', Properties: { Role: { 'Fn::GetAtt': ['Role', 'Arn'] } } },
    };
    expect(examplesIn('passing', resources)).toEqual(['Role #0 lets the model caller pass a role']);
  });
});

describe('IAM-04: service roles that every customer’s resource could act through', () => {
  const role = (service: string, Condition: JsonObject = {}): JsonObject =>
    roleWith([], trust({ Principal: { Service: service }, Condition }));
  const ecs = 'ecs-tasks.amazonaws.com';

  test('a missing condition is named, for services that send one', () => {
    expect(examplesIn('source', role(ecs))).toEqual([
      'Role trusts ecs-tasks.amazonaws.com for every customer: it requires neither aws:SourceAccount nor aws:SourceArn',
    ]);
    expect(examplesIn('source', role('states.amazonaws.com'))).toHaveLength(1);
    expect(examplesIn('source', role('ec2.amazonaws.com'))).toEqual([]);
  });

  test('the account, or the account’s ARNs, are enough', () => {
    expect(
      examplesIn('source', role(ecs, { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } })),
    ).toEqual([]);
    const arn = { 'Fn::Sub': `arn:\${AWS::Partition}:ecs:\${AWS::Region}:\${AWS::AccountId}:*` };
    expect(examplesIn('source', role(ecs, { ArnLike: { 'aws:SourceArn': arn } }))).toEqual([]);
  });

  test.each<[string, JsonObject, RegExp]>([
    [
      'StringEquals on a wildcard ARN',
      { StringEquals: { 'aws:SourceArn': 'arn:aws:ecs:eu-west-1:111122223333:*' } },
      /never matches/,
    ],
    ['one cluster', { ArnLike: { 'aws:SourceArn': 'arn:aws:ecs:eu-west-1:111122223333:cluster/a' } }, /never starts/],
    ['the ARNs of any account', { ArnLike: { 'aws:SourceArn': 'arn:aws:ecs:*:*:*' } }, /every customer/],
    ['a condition that takes an absent key', { StringEqualsIfExists: { 'aws:SourceAccount': '1' } }, /every customer/],
  ])('variant: %s', (_name, condition, expected) => {
    const found = examplesIn('source', role(ecs, condition));
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(expected);
  });

  test('variant: another account’s root, without an external id, may not assume a role', () => {
    const resources = roleWith([], trust({ Principal: { AWS: 'arn:aws:iam::999988887777:root' } }));
    const { claims } = prove(Assembly.of({ name: 'T.template.json', body: { Resources: resources } }));
    expect(claims.find(({ id }) => id === 'nobody-outside')?.counterExamples).toEqual([
      'arn:aws:iam::999988887777:root may sts:AssumeRole on Role (Role #0)',
    ]);
  });

  test('every role of the library that a service takes on asks for the account', () => {
    const { Resources } = quickstartTemplate() as TemplateBody;
    const services = Object.entries(Resources)
      .filter(([id, { Type }]) => Type === 'AWS::IAM::Role' && !id.startsWith('Custom'))
      .flatMap(([, { Properties }]) => statementsIn(Properties.AssumeRolePolicyDocument))
      .filter(({ Principal }) => JSON.stringify(Principal).includes('"Service"'));
    expect(services.length).toBeGreaterThan(10);
    for (const { Condition } of services) expect(JSON.stringify(Condition)).toMatch(/aws:SourceAccount/);
  });
});

/** `rule: message` of what the checks say about permissions. */
function saidOf(resources: JsonObject): string[] {
  const { findings } = checkAssembly(Assembly.of({ name: 'T.template.json', body: { Resources: resources } }));
  return findings
    .filter(({ ruleId }) => /^(LeastPrivilege|SandboxModelCaller|AuditLedger)/.test(ruleId))
    .map(({ ruleId, message }) => `${ruleId.split('[')[0]}: ${message}`);
}

describe('T2-14: actions that take no resource', () => {
  const ANY: readonly JsonValue[] = [
    ['ssmmessages:CreateControlChannel', 'ssmmessages:OpenDataChannel'],
    ['xray:PutTraceSegments', 'xray:PutTelemetryRecords', 'xray:GetSamplingStatisticSummaries'],
    'ecr:GetAuthorizationToken',
    ['bedrock:ListFoundationModels', 'kms:GenerateRandom', 'sts:GetCallerIdentity', 's3:ListAllMyBuckets'],
    'transcribe:StartStreamTranscription',
    'cloudwatch:PutMetricData',
    'ec2:Describe*',
    'ecs:ListTaskDefinitions',
  ];

  test.each(ANY.map((action) => [String(action), action]))('%s on * is no finding', (_name, Action) => {
    expect(saidOf(roleWith([{ Effect: 'Allow', Action, Resource: '*' }]))).toEqual([]);
  });

  test('metrics of one namespace are no finding', () => {
    const Condition = { StringEquals: { 'cloudwatch:namespace': 'Desk' } };
    expect(
      saidOf(roleWith([{ Effect: 'Allow', Action: 'cloudwatch:PutMetricData', Resource: '*', Condition }])),
    ).toEqual([]);
  });

  test('beside one that takes a resource, the statement is found', () => {
    const statement = { Effect: 'Allow', Action: ['kms:GenerateRandom', 'kms:Decrypt'], Resource: '*' };
    expect(saidOf(roleWith([statement]))).toEqual(['LeastPrivilegeNoWildcard: allows *: every resource']);
  });
});

describe('T2-32: a managed policy whose name sounds like a model', () => {
  const withPolicy = (arn: string, statements: JsonValue = []): JsonObject => ({
    ...structuredClone(roleWith(statements)),
    F: { Type: 'AWS::Lambda::Function', Properties: { Role: { 'Fn::GetAtt': ['Role', 'Arn'] } } },
    ...(arn === '' ? {} : attached(arn)),
  });
  const attached = (arn: string): JsonObject => {
    const { Role } = structuredClone(roleWith([])) as { Role: { Properties: JsonObject } };
    Role.Properties.ManagedPolicyArns = [arn];
    return { Role } as unknown as JsonObject;
  };
  const isAgent = (resources: JsonObject): boolean =>
    agentsOf(Assembly.of({ name: 'T.template.json', body: { Resources: resources } })).length > 0;

  test.each([
    'AmazonAPIGatewayAdministrator',
    'AmazonEC2ContainerRegistryPowerUser',
    'AmazonCognitoPowerUser',
    'AWSKeyManagementServicePowerUser',
    'job-function/DatabaseAdministrator',
  ])('%s allows no Bedrock', (name) => {
    const app = withPolicy(`arn:aws:iam::aws:policy/${name}`);
    expect(isAgent(app)).toBe(false);
    expect(saidOf(app).filter((line) => /ledger|model/i.test(line))).toEqual([]);
  });

  test('an own policy whose name has the word is a warning: nobody knows it', () => {
    expect(
      saidOf(withPolicy('arn:aws:iam::111122223333:policy/DenyBedrockGuard')).filter((line) => /model/.test(line)),
    ).toEqual([expect.stringMatching(/^SandboxModelCallerKnown: can't be proven/)]);
  });

  test('the other way: what allows it by a wildcard is found, what only lists isn’t', () => {
    const MODEL = 'arn:aws:bedrock:eu-west-1::foundation-model/x';
    for (const Action of ['be*:InvokeModel', '?edrock:InvokeModel', 'BEDROCK:InvokeModel', 'bedrock:InvokeModel']) {
      expect(isAgent(withPolicy('', [{ Effect: 'Allow', Action, Resource: MODEL }]))).toBe(true);
    }
    expect(isAgent(withPolicy('', [{ Effect: 'Allow', NotAction: 'iam:*', Resource: '*' }]))).toBe(true);
    expect(isAgent(withPolicy('', [{ Effect: 'Allow', Action: 'bedrock:ListFoundationModels', Resource: '*' }]))).toBe(
      false,
    );
  });
});

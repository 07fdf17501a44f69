import { checkAssembly } from '../../../../../lib/checks/check-assembly';
import { prove } from '../../../../../lib/prove/claims';
import { Assembly } from '../../../../../lib/template';
import type { JsonObject, JsonValue } from '../../../../../runtime/core/contracts';
import { findingsOf, linesOf } from '../../check-template';
import { ownGate } from '../gate/gate-template';

const statement = { Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::notes/a.txt' };
const document = { Version: '2012-10-17', Statement: [statement] };
const trust = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
};

/** A template with an object of each kind that a rule reads. */
const BODY: JsonObject = {
  Conditions: { Prod: { 'Fn::Equals': [{ Ref: 'AWS::Region' }, 'eu-west-1'] } },
  Mappings: { Sizes: { small: { memory: 128 } } },
  Resources: {
    Role: {
      Type: 'AWS::IAM::Role',
      Properties: {
        AssumeRolePolicyDocument: trust,
        Policies: [{ PolicyName: 'p', PolicyDocument: document }],
        Tags: [{ Key: 'team', Value: 'desk' }],
      },
    },
    Shared: { Type: 'AWS::IAM::ManagedPolicy', Properties: { Roles: [{ Ref: 'Role' }], PolicyDocument: document } },
    Group: {
      Type: 'AWS::EC2::SecurityGroup',
      Properties: {
        GroupDescription: 'g',
        VpcId: 'vpc-1',
        SecurityGroupEgress: [{ IpProtocol: 'tcp', FromPort: 443, ToPort: 443, CidrIp: '10.0.0.0/8' }],
      },
    },
    Rule: {
      Type: 'AWS::EC2::SecurityGroupEgress',
      Properties: { GroupId: { Ref: 'Group' }, IpProtocol: 'tcp', FromPort: 443, ToPort: 443, CidrIp: '10.0.0.0/8' },
    },
    Endpoint: {
      Type: 'AWS::EC2::VPCEndpoint',
      Properties: {
        VpcId: 'vpc-1',
        ServiceName: 'com.amazonaws.eu-west-1.s3',
        PolicyDocument: {
          Statement: [
            {
              ...statement,
              Principal: { AWS: 'arn:aws:iam::111122223333:role/x' },
              Condition: { StringEquals: { 'aws:ResourceAccount': '111122223333' } },
            },
          ],
        },
      },
    },
    Task: {
      Type: 'AWS::ECS::TaskDefinition',
      Properties: {
        NetworkMode: 'awsvpc',
        ContainerDefinitions: [
          {
            Name: 'a',
            Image: `111122223333.dkr.ecr.eu-west-1.amazonaws.com/a@sha256:${'0'.repeat(64)}`,
            ReadonlyRootFilesystem: true,
            User: '1000',
            LinuxParameters: { Capabilities: { Drop: ['ALL'] } },
            Environment: [{ Name: 'MODE', Value: 'x' }],
          },
        ],
        Volumes: [{ Name: 'v', Host: {} }],
      },
    },
    Function: {
      Type: 'AWS::Lambda::Function',
      Properties: {
        Role: { 'Fn::GetAtt': ['Role', 'Arn'] },
        Environment: { Variables: { LEVEL: 'info' } },
        VpcConfig: { SubnetIds: ['subnet-1'], SecurityGroupIds: [{ Ref: 'Group' }] },
        Code: { S3Bucket: 'b-111122223333', S3Key: 'k' },
      },
    },
    Machine: {
      Type: 'AWS::StepFunctions::StateMachine',
      Properties: {
        RoleArn: 'arn:aws:iam::111122223333:role/m',
        Definition: { StartAt: 'A', States: { A: { Type: 'Pass', End: true } } },
        LoggingConfiguration: { IncludeExecutionData: false },
      },
    },
    Bucket: {
      Type: 'AWS::S3::Bucket',
      Properties: { BucketEncryption: { ServerSideEncryptionConfiguration: [{ BucketKeyEnabled: true }] } },
    },
  },
  Outputs: { Url: { Value: 'x', Export: { Name: 'url' } } },
};

/** Places with an object, from the top of the template; the last step of a path is the object. */
const PLACES: readonly (readonly (string | number)[])[] = [
  [],
  ['Conditions'],
  ['Mappings'],
  ['Mappings', 'Sizes'],
  ['Mappings', 'Sizes', 'small'],
  ['Outputs'],
  ['Outputs', 'Url'],
  ['Resources'],
  ['Resources', 'Role'],
  ['Resources', 'Role', 'Properties'],
  ['Resources', 'Role', 'Properties', 'AssumeRolePolicyDocument'],
  ['Resources', 'Role', 'Properties', 'AssumeRolePolicyDocument', 'Statement', 0],
  ['Resources', 'Role', 'Properties', 'AssumeRolePolicyDocument', 'Statement', 0, 'Principal'],
  ['Resources', 'Role', 'Properties', 'Policies', 0],
  ['Resources', 'Role', 'Properties', 'Policies', 0, 'PolicyDocument'],
  ['Resources', 'Role', 'Properties', 'Policies', 0, 'PolicyDocument', 'Statement', 0],
  ['Resources', 'Role', 'Properties', 'Tags', 0],
  ['Resources', 'Shared', 'Properties', 'PolicyDocument'],
  ['Resources', 'Shared', 'Properties', 'PolicyDocument', 'Statement', 0],
  ['Resources', 'Group', 'Properties', 'SecurityGroupEgress', 0],
  ['Resources', 'Rule', 'Properties'],
  ['Resources', 'Endpoint', 'Properties', 'PolicyDocument'],
  ['Resources', 'Endpoint', 'Properties', 'PolicyDocument', 'Statement', 0],
  ['Resources', 'Endpoint', 'Properties', 'PolicyDocument', 'Statement', 0, 'Principal'],
  ['Resources', 'Endpoint', 'Properties', 'PolicyDocument', 'Statement', 0, 'Condition'],
  ['Resources', 'Endpoint', 'Properties', 'PolicyDocument', 'Statement', 0, 'Condition', 'StringEquals'],
  ['Resources', 'Task', 'Properties', 'ContainerDefinitions', 0],
  ['Resources', 'Task', 'Properties', 'ContainerDefinitions', 0, 'LinuxParameters'],
  ['Resources', 'Task', 'Properties', 'ContainerDefinitions', 0, 'LinuxParameters', 'Capabilities'],
  ['Resources', 'Task', 'Properties', 'ContainerDefinitions', 0, 'Environment', 0],
  ['Resources', 'Task', 'Properties', 'Volumes', 0, 'Host'],
  ['Resources', 'Function', 'Properties', 'Environment'],
  ['Resources', 'Function', 'Properties', 'Environment', 'Variables'],
  ['Resources', 'Function', 'Properties', 'VpcConfig'],
  ['Resources', 'Function', 'Properties', 'Code'],
  ['Resources', 'Machine', 'Properties', 'Definition'],
  ['Resources', 'Machine', 'Properties', 'Definition', 'States'],
  ['Resources', 'Machine', 'Properties', 'Definition', 'States', 'A'],
  ['Resources', 'Machine', 'Properties', 'LoggingConfiguration'],
  ['Resources', 'Bucket', 'Properties', 'BucketEncryption', 'ServerSideEncryptionConfiguration', 0],
];

const CALLS: readonly (readonly [name: string, argument: JsonValue])[] = [
  ['Fn::Transform', { Name: 'AWS::Include', Parameters: { Location: 's3://snippets/x.json' } }],
  ['Fn::Transform', { Name: 'Own' }],
  ['Fn::ForEach::Each', ['Name', ['a', 'b'], { X: { Ref: 'Name' } }]],
];

/** The template with a call beside the members of the object at the place, or in place of them. */
function withCall(
  place: readonly (string | number)[],
  [name, argument]: (typeof CALLS)[number],
  alone: boolean,
): JsonObject {
  // structuredClone would keep the policy document that two resources share.
  const body = JSON.parse(JSON.stringify(BODY)) as JsonObject;
  let at = body as { [step: string | number]: JsonValue };
  for (const step of place) at = at[step] as typeof at;
  if (alone) for (const member of Object.keys(at)) delete at[member];
  at[name] = argument;
  return body;
}

function readableOf(body: JsonObject): string[] {
  const { findings } = checkAssembly(Assembly.of({ name: 'T.template.json', body }));
  return findings
    .filter(({ ruleId }) => ruleId.startsWith('TemplateReadable'))
    .map((finding) => `${finding.resource} ${finding.property}`);
}

test('the template without a macro is readable', () => expect(readableOf(BODY)).toEqual([]));

describe.each(CALLS)('%s %j', (...call) => {
  test.each(PLACES)('is named in %j, beside other members and alone', (...place) => {
    for (const alone of place.length === 0 || place.at(-1) === 'Resources' ? [false] : [false, true]) {
      const found = readableOf(withCall(place, call, alone));
      expect({ alone, found }).toEqual({ alone, found: [expect.any(String)] });
      const [section, logicalId] = place;
      if (section === 'Resources' && logicalId !== undefined && place.length > 2) {
        expect(found[0]).toMatch(new RegExp(`^${logicalId} Properties`));
      }
    }
  });

  test('prove doesn’t say that the template hides nothing', () => {
    for (const place of PLACES) {
      const { claims } = prove(Assembly.of({ name: 'T.template.json', body: withCall(place, call, false) }));
      expect(claims.find(({ id }) => id === 'templates-are-readable')?.counterExamples).not.toEqual([]);
    }
  });
});

test.each([
  ['LeastPrivilegeNoWildcard', PLACES[15]],
  ['LeastPrivilegeNoWildcard', PLACES[17]],
  ['NetworkNoOpenGroup', PLACES[19]],
  ['NetworkNoOpenGroup', PLACES[20]],
  ['NetworkEndpointPinned', PLACES[21]],
  ['NetworkEndpointPinned', PLACES[22]],
  ['NetworkEndpointPinned', PLACES[23]],
  ['NetworkEndpointPinned', PLACES[24]],
  ['SandboxTaskHardened', PLACES[26]],
  ['SandboxTaskHardened', PLACES[27]],
  ['SecretsNoPlainText', PLACES[29]],
  ['SecretsNoPlainText', PLACES[31]],
  ['SecretsNoPlainText', PLACES[32]],
  ['GateApprovalWaitsOnce', PLACES[35]],
])('%s doesn’t judge an object beside a macro: %j', (rule, place = []) => {
  const [call] = CALLS;
  const body = withCall(place, call as (typeof CALLS)[number], false);
  Object.assign(body.Resources as JsonObject, ownGate);
  const { findings } = checkAssembly(Assembly.of({ name: 'T.template.json', body }));
  const messages = findings.filter(({ ruleId }) => ruleId.startsWith(rule)).map(({ message }) => message);
  expect(messages).toContainEqual(expect.stringContaining("can't be proven"));
});

const bucket = (properties: JsonObject = {}): JsonObject => ({ Type: 'AWS::S3::Bucket', Properties: properties });
const lines = (resources: JsonObject, around: JsonObject = {}) => linesOf('TemplateReadable', resources, around);

describe('a reference to something that the template doesn’t contain', () => {
  test.each<[string, JsonValue]>([
    ['Ref', { Ref: 'Gone' }],
    ['Fn::GetAtt', { 'Fn::GetAtt': ['Gone', 'Arn'] }],
    ['Fn::GetAtt as text', { 'Fn::GetAtt': 'Gone.Arn' }],
    ['Fn::Sub', { 'Fn::Sub': `x-\${Gone}` }],
    ['an attribute in Fn::Sub', { 'Fn::Sub': `x-\${Gone.Arn}` }],
    ['a value of Fn::Sub', { 'Fn::Sub': [`x-\${A}`, { A: { Ref: 'Gone' } }] }],
    ['deep inside', { 'Fn::Join': ['', ['x', { 'Fn::If': ['C', { Ref: 'Gone' }, 'y'] }]] }],
  ])('is found: %s', (_name, value) => {
    const around = { Conditions: { C: { 'Fn::Equals': ['a', 'b'] } } };
    expect(lines({ B: bucket({ BucketName: value }) }, around)).toEqual([
      expect.stringMatching(/^B Properties\.BucketName.*: refers to Gone, which the template doesn't contain$/),
    ]);
  });

  test('is found in DependsOn and in outputs', () => {
    expect(lines({ B: { ...bucket(), DependsOn: ['Gone'] } })).toEqual([
      "B DependsOn: refers to Gone, which the template doesn't contain",
    ]);
    expect(lines({ B: bucket() }, { Outputs: { O: { Value: { Ref: 'Gone' } } } })).toEqual([
      " Outputs.O.Value: refers to Gone, which the template doesn't contain",
    ]);
  });

  test('is found where a condition is meant', () => {
    const gone = "refers to Gone, which the template doesn't contain";
    const here = { Conditions: { C: { 'Fn::Equals': ['a', 'b'] } } };
    const either = (name: string) => ({ B: bucket({ BucketName: { 'Fn::If': [name, 'x', 'y'] } }) });
    expect(lines(either('Gone'), here)).toEqual([`B Properties.BucketName: ${gone}`]);
    expect(lines({ B: { ...bucket(), Condition: 'Gone' } })).toEqual([`B Condition: ${gone}`]);
    expect(lines({ B: bucket() }, { Conditions: { C: { 'Fn::Not': [{ Condition: 'Gone' }] } } })).toEqual([
      ` Conditions.C.Fn::Not[0]: ${gone}`,
    ]);
    expect(lines({ B: bucket() }, { Outputs: { O: { Condition: 'Gone', Value: 'x' } } })).toEqual([
      ` Outputs.O: ${gone}`,
    ]);
    const all = { Conditions: { ...here.Conditions, D: { 'Fn::Not': [{ Condition: 'C' }] } } };
    expect(lines({ ...either('D'), A: { ...bucket(), Condition: 'C' } }, all)).toEqual([]);
    const statement = { Effect: 'Allow', Action: 's3:GetObject', Resource: '*', Condition: 'Gone' };
    const policy = { Type: 'AWS::IAM::ManagedPolicy', Properties: { PolicyDocument: { Statement: [statement] } } };
    expect(lines({ P: policy })).toEqual([]);
  });

  test('parameters, pseudo parameters, variables and literals are not', () => {
    const values: JsonValue[] = [
      { Ref: 'P' },
      { Ref: 'AWS::NoValue' },
      { 'Fn::Sub': [`\${V} \${P} \${AWS::Region} \${!Literal} \${B.Arn}`, { V: 'x' }] },
    ];
    expect(lines({ B: bucket({ Tags: values }) }, { Parameters: { P: { Type: 'String' } } })).toEqual([]);
  });

  test('is not said where a macro may make the resource', () => {
    const resources = { B: bucket({ BucketName: { Ref: 'Gone' } }) };
    expect(lines(resources, { Transform: 'Own' })).toEqual([expect.stringContaining('Own rewrites the template')]);
    expect(lines({ ...resources, M: { Type: 'My::Own::Thing::MODULE' } })).toEqual([
      expect.stringContaining('creates'),
    ]);
  });
});

test('a function that this reader doesn’t know is named; the functions of rules are not', () => {
  expect(lines({ B: bucket({ BucketName: { 'Fn::Teleport': 'x' } }) })).toHaveLength(1);
  expect(
    lines({ B: bucket() }, { Rules: { R: { Assertions: [{ Assert: { 'Fn::Contains': [['a'], 'a'] } }] } } }),
  ).toEqual([]);
});

describe('what AWS SAM makes', () => {
  const transform = { Transform: 'AWS::Serverless-2016-10-31' };
  const severities = (resources: JsonObject) =>
    findingsOf('TemplateReadable', resources, transform).map(({ severity }) => severity);

  test('is read, except for its events: a warning', () => {
    expect(severities({ F: { Type: 'AWS::Serverless::Function' }, A: { Type: 'AWS::Serverless::HttpApi' } })).toEqual([
      'warning',
    ]);
  });

  test('is unknown where it makes permissions', () => {
    expect(severities({ F: { Type: 'AWS::Serverless::Connector' } })).toEqual(['error']);
  });
});

test('a name that every object has is no type, and no rule fails at it', () => {
  for (const Type of ['constructor', 'toString', '__proto__']) {
    const Odd = { Type, Properties: {} };
    const Named = { Type: 'AWS::IAM::Role', Properties: { RoleName: { Ref: 'Odd' } } };
    const assembly = Assembly.of({ name: 'T.template.json', body: { Resources: { Odd, Named } } });
    const { findings } = checkAssembly(assembly);
    expect(findings.filter(({ message }) => message.includes('the rule failed'))).toEqual([]);
    expect(findings.map(({ ruleId }) => ruleId)).toContain('TemplateReadable[Odd]');
  }
});

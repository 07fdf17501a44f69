import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Assembly, describe as describeValue, keyOf, Reference } from '../../../../lib/template';
import { parseYaml } from '../../../../lib/template/model/yaml';
import type { JsonObject } from '../../../../runtime/core/contracts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'assembly-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const write = (name: string, body: JsonObject | string): void =>
  writeFileSync(join(folder, name), typeof body === 'string' ? body : JSON.stringify(body, null, 1));
const stack = (templateFile: string, environment = 'aws://unknown-account/unknown-region'): JsonObject => ({
  type: 'aws:cloudformation:stack',
  environment,
  properties: { templateFile },
});

test('reads stacks, stages and nested stacks; parameters and outputs cross them', () => {
  mkdirSync(join(folder, 'assembly-Prod'));
  write('manifest.json', {
    artifacts: {
      A: stack('A.template.json', 'aws://111122223333/eu-west-1'),
      Prod: { type: 'cdk:cloud-assembly', properties: { directoryName: 'assembly-Prod' } },
      Tree: { type: 'cdk:tree', properties: { file: 'tree.json' } },
    },
  });
  write('assembly-Prod/manifest.json', { artifacts: { B: stack('B.template.json') } });
  write('assembly-Prod/B.template.json', { Resources: { X: { Type: 'T' } } });
  write('A.template.json', {
    Resources: {
      Vpc: { Type: 'AWS::EC2::VPC' },
      Nested: {
        Type: 'AWS::CloudFormation::Stack',
        Properties: { Parameters: { VpcId: { Ref: 'Vpc' } } },
        Metadata: { 'aws:asset:path': 'N.nested.template.json' },
      },
      User: {
        Type: 'T',
        Properties: { Group: { 'Fn::GetAtt': ['Nested', 'Outputs.Group'] }, Region: { Ref: 'AWS::Region' } },
      },
    },
  });
  write('N.nested.template.json', {
    Parameters: { VpcId: { Type: 'String' } },
    Resources: { Group: { Type: 'AWS::EC2::SecurityGroup', Properties: { VpcId: { Ref: 'VpcId' } } } },
    Outputs: { Group: { Value: { Ref: 'Group' } } },
  });

  const assembly = Assembly.load(folder);

  expect(assembly.templates.map((t) => t.name)).toEqual([
    'A.template.json',
    'N.nested.template.json',
    'assembly-Prod/B.template.json',
  ]);
  const [user] = assembly.ofType('T');
  const [group] = assembly.ofType('AWS::EC2::SecurityGroup');
  const groupOfUser = user?.property('Group')[0]?.value;
  expect(assembly.find(groupOfUser)).toBe(group);
  expect(assembly.find(group?.property('VpcId')[0]?.value)?.logicalId).toBe('Vpc');
  expect(user?.property('Region')[0]?.value).toBe('eu-west-1');
  expect(user?.line).toBe(19);
});

test('an import finds the export of another stack, also by a symbolic name', () => {
  const assembly = Assembly.of(
    {
      name: 'Out',
      body: {
        Resources: { Role: { Type: 'AWS::IAM::Role' } },
        Outputs: {
          R: { Value: { 'Fn::GetAtt': ['Role', 'Arn'] }, Export: { Name: { 'Fn::Sub': `role-\${AWS::Region}` } } },
        },
      },
    },
    {
      name: 'In',
      body: {
        Resources: {
          U: { Type: 'T', Properties: { R: { 'Fn::ImportValue': { 'Fn::Sub': `role-\${AWS::Region}` } } } },
        },
      },
    },
  );
  const value = assembly.ofType('T')[0]?.property('R')[0]?.value;
  expect(value).toBeInstanceOf(Reference);
  expect(keyOf(value)).toBe('ref(Out#Role.Arn)');
});

describe('two exports of one name', () => {
  const importing = { R: { 'Fn::ImportValue': 'range' } };
  const reads = (...sources: Parameters<typeof Assembly.of>) =>
    Assembly.of(...sources, {
      name: 'In',
      region: 'eu-west-1',
      body: { Resources: { U: { Type: 'T', Properties: importing } } },
    })
      .ofType('T')[0]
      ?.property('R')
      .map((branch) => branch.value);
  const output = (Value: string, Condition?: string) => ({
    Value,
    Export: { Name: 'range' },
    ...(Condition && { Condition }),
  });

  test('of which a condition keeps one are both possible', () => {
    const body = {
      Conditions: {
        A: { 'Fn::Equals': [{ Ref: 'AWS::AccountId' }, '111122223333'] },
        Never: { 'Fn::Equals': ['a', 'b'] },
      },
      Outputs: { X: output('open', 'A'), Y: output('closed'), Z: output('gone', 'Never') },
    };
    expect(reads({ name: 'Out', body })).toEqual(['open', 'closed']);
  });

  test('in two regions: the one of the own region', () => {
    const stack = (region: string) => ({ name: region, region, body: { Outputs: { X: output(region) } } });
    expect(reads(stack('eu-west-1'), stack('us-east-1'))).toEqual(['eu-west-1']);
    expect(reads(stack('us-east-1'))).toEqual([
      expect.objectContaining({ reason: expect.stringContaining('not in this') }),
    ]);
  });

  test('a name that a condition chooses is known by each', () => {
    const Name = { 'Fn::If': ['C', 'other', 'range'] };
    const body = { Outputs: { X: { Value: 'x', Export: { Name } } } };
    expect(reads({ name: 'Out', body })).toEqual(['x']);
  });
});

test('reads one YAML template with short tags', () => {
  write(
    't.yaml',
    `
Parameters:
  Name: {Type: String, Default: x}
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      A: !GetAtt Role.Arn
      B: !Sub "arn:\${AWS::Partition}:s3:::\${Name}/*"
      C: !If [Prod, !Ref Name, !Join [",", [a, !Ref "AWS::Region"]]]
      D: !Select [0, [q]]
      Version: 2012-10-17
  Other:
    Type: T
`,
  );
  const assembly = Assembly.load(join(folder, 't.yaml'), { parseYaml });
  const [role] = assembly.ofType('AWS::IAM::Role');
  const show = (name: string) => role?.property(name).map((b) => describeValue(b.value));
  expect(show('A')).toEqual([`\${Role.Arn}`]);
  expect(show('B')).toEqual([`arn:\${AWS::Partition}:s3:::x/*`]);
  expect(show('C')).toEqual(['x', `a,\${AWS::Region}`]);
  expect(show('D')).toEqual(['q']);
  expect(show('Version')).toEqual(['2012-10-17']);
  expect(assembly.ofType('T')[0]?.line).toBe(13);
});

test.each([
  ['a missing file', 'missing.json', /missing\.json: can't be read/],
  ['text that is not JSON', 'bad.json', /bad\.json: not a template/],
  ['a list', 'list.json', /list\.json: not a template/],
])('%s is an error that names it', (_name, file, message) => {
  write('bad.json', '{');
  write('list.json', '[]');
  expect(() => Assembly.load(join(folder, file))).toThrow(message);
});

test('several templates and assemblies are read as one, with the references between them', () => {
  for (const name of ['a', 'b']) mkdirSync(join(folder, name));
  const written = (name: string, body: JsonObject) => {
    write(name, body);
    return join(folder, name);
  };
  const exporting = written('a/out.json', {
    Resources: { Bucket: { Type: 'AWS::S3::Bucket' } },
    Outputs: { Name: { Value: { Ref: 'Bucket' }, Export: { Name: 'the-bucket' } } },
  });
  const importing = written('b/in.json', {
    Resources: { Topic: { Type: 'AWS::SNS::Topic', Properties: { TopicName: { 'Fn::ImportValue': 'the-bucket' } } } },
  });
  const both = Assembly.loadAll([exporting, importing]);
  expect(both.templates.map(({ name }) => name)).toEqual(['a/out.json', 'b/in.json']);
  const [topic] = both.ofType('AWS::SNS::Topic');
  expect(both.find(topic?.property('TopicName')[0]?.value)?.type).toBe('AWS::S3::Bucket');
  expect(Assembly.loadAll([exporting, exporting]).templates).toHaveLength(1);
  expect(() => Assembly.loadAll([exporting, written('b/none.json', {})])).toThrow(/b\/none\.json: not a template/);
});

test('keys that the CDK wrote aren’t searched; those of a nested template are, because it may be somebody’s own file', () => {
  const doubled = '{ "Resources": { "X": { "Type": "T", "Type": "U" } } }';
  const nested = { Type: 'AWS::CloudFormation::Stack', Metadata: { 'aws:asset:path': 'N.json' } };
  write('N.json', doubled);
  write('A.json', JSON.stringify({ Resources: { Nested: nested } }).replace('"Type"', '"Type":"T","Type"'));
  const keysOf = (keysAreUnique: boolean): string[] =>
    Assembly.ofFiles(folder, [{ file: join(folder, 'A.json'), source: {} }], { keysAreUnique })
      .templates.filter(({ source: { doubledKeys = [] } }) => doubledKeys.length > 0)
      .map(({ name }) => name);
  expect(keysOf(false)).toEqual(['A.json', 'N.json']);
  expect(keysOf(true)).toEqual(['N.json']);
});

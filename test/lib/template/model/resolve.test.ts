import {
  Assembly,
  describe as describeValue,
  isObject,
  keyOf,
  parseJsonText,
  Reference,
  Text,
  Unresolved,
  type Value,
} from '../../../../lib/template';
import type { JsonObject, JsonValue } from '../../../../runtime/core/contracts';
import { fc } from '../../../seed';

function template(body: JsonObject) {
  const [first] = Assembly.of({ name: 'T.template.json', body }).templates;
  if (first === undefined) throw new Error('no template');
  return first;
}

/** Resolves one value in a template and shows each branch as text. */
function read(value: JsonValue, body: JsonObject = {}): string[] {
  return template(body)
    .resolve({ value }, 'X')
    .map((b) => (isObject(b.value) ? describeValue(b.value.value) : 'not an object'));
}

/** Every `Unresolved` inside a value. */
function unresolvedIn(value: Value): Unresolved[] {
  if (value instanceof Unresolved) return [value];
  if (value instanceof Text) return value.pieces.flatMap(unresolvedIn);
  if (Array.isArray(value)) return value.flatMap(unresolvedIn);
  return isObject(value) ? Object.values(value).flatMap(unresolvedIn) : [];
}

const vpc = { Vpc: { Type: 'AWS::EC2::VPC', Properties: { CidrBlock: '10.0.0.0/16' } } };

describe('intrinsics', () => {
  test.each<[string, JsonValue, string]>([
    ['literals stay', 'x', 'x'],
    ['Fn::Join of literals', { 'Fn::Join': ['-', ['a', 'b']] }, 'a-b'],
    [
      'Fn::Join keeps references',
      { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':s3']] },
      `arn:\${AWS::Partition}:s3`,
    ],
    [
      'Fn::Sub with pseudo, attribute, literal escape',
      { 'Fn::Sub': `\${AWS::Region}/\${Vpc.CidrBlock}/\${!no}` },
      `\${AWS::Region}/\${Vpc.CidrBlock}/\${no}`,
    ],
    [
      'Fn::Sub with variables',
      { 'Fn::Sub': [`\${a}-\${b}`, { a: 'x', b: { Ref: 'AWS::Region' } }] },
      `x-\${AWS::Region}`,
    ],
    ['Fn::Select', { 'Fn::Select': ['1', ['a', 'b']] }, 'b'],
    ['Fn::Split', { 'Fn::Select': [1, { 'Fn::Split': ['/', 'a/b/c'] }] }, 'b'],
    [
      'Fn::Split of text with pseudo parameters',
      { 'Fn::Select': [1, { 'Fn::Split': [':', { 'Fn::Sub': `a:\${AWS::Region}:c` }] }] },
      `\${AWS::Region}`,
    ],
    ['Fn::Base64', { 'Fn::Base64': 'hi' }, 'aGk='],
    ['Fn::Length', { 'Fn::Length': ['a', 'b'] }, '2'],
    ['Fn::Cidr', { 'Fn::Select': [1, { 'Fn::Cidr': ['10.0.0.0/16', 4, 8] }] }, '10.0.1.0/24'],
    ['Fn::ToJsonString', { 'Fn::ToJsonString': { a: [1, { Ref: 'Vpc' }] } }, `{"a":[1,"\${Vpc.VpcId}"]}`],
    ['NoValue is absent', { Ref: 'AWS::NoValue' }, 'absent'],
    ['NoValue drops list items', ['a', { Ref: 'AWS::NoValue' }], '[a]'],
    [
      'condition blocks of policies are not intrinsics',
      { Condition: { Bool: { x: 'true' } } },
      '{Condition: {Bool: {x: true}}}',
    ],
  ])('%s', (_name, value, expected) => {
    expect(read(value, { Resources: vpc })).toEqual([expected]);
  });

  test('a list parameter that was joined of references has an item for each', () => {
    const [parent, child] = Assembly.of(
      {
        name: 'Parent',
        body: {
          Resources: {
            A: { Type: 'AWS::EC2::Subnet' },
            B: { Type: 'AWS::EC2::Subnet' },
            Child: {
              Type: 'AWS::CloudFormation::Stack',
              Metadata: { 'aws:asset:path': 'Child' },
              Properties: { Parameters: { Ids: { 'Fn::Join': [' , ', [{ Ref: 'A' }, { Ref: 'B' }, 'subnet-1']] } } },
            },
          },
        },
      },
      { name: 'Child', body: { Parameters: { Ids: { Type: 'List<AWS::EC2::Subnet::Id>' } } } },
    ).templates;
    const ids = child?.resolve({ v: { Ref: 'Ids' } }, 'X')[0]?.value;
    const subnets = parent?.resolve({ v: [{ Ref: 'A' }, { Ref: 'B' }, 'subnet-1'] }, 'X')[0]?.value;
    expect(keyOf(ids as Value)).toBe(keyOf(subnets as Value));
  });

  test('Ref and GetAtt that return the same value are one reference', () => {
    const [branch] = template({ Resources: vpc }).resolve([{ Ref: 'Vpc' }, { 'Fn::GetAtt': ['Vpc', 'VpcId'] }], 'X');
    const [a, b] = Array.isArray(branch?.value) ? branch.value : [];
    expect(a).toBeInstanceOf(Reference);
    expect(keyOf(a)).toBe(keyOf(b));
  });

  test.each<[string, JsonValue]>([
    ['an unknown name', { Ref: 'Nobody' }],
    ['an attribute of nothing', { 'Fn::GetAtt': ['Nobody', 'Arn'] }],
    ['an unknown function', { 'Fn::Teleport': ['x'] }],
    ['a macro', { 'Fn::Transform': { Name: 'M' } }],
    ['a parameter without default', { Ref: 'P' }],
    ['a Parameter Store value', { Ref: 'Ssm' }],
    ['an import from elsewhere', { 'Fn::ImportValue': 'other' }],
    ['a custom resource attribute', { 'Fn::GetAtt': 'Custom.Value' }],
    ['a split of an unknown ARN', { 'Fn::Select': [5, { 'Fn::Split': [':', { 'Fn::GetAtt': ['Vpc', 'Arn'] }] }] }],
    ['an encoded dynamic reference', { 'Fn::Base64': '{{resolve:ssm:x}}' }],
    [
      'a split whose delimiter may begin in an unknown piece',
      { 'Fn::Select': [0, { 'Fn::Split': ['1-', { 'Fn::Sub': `\${AWS::AccountId}-x` }] }] },
    ],
    ['a malformed join', { 'Fn::Join': 'x' }],
    ['a malformed condition', { 'Fn::If': ['A'] }],
    ['a select outside the list', { 'Fn::Select': [7, ['a']] }],
    ['a missing mapping', { 'Fn::FindInMap': ['M', 'a', 'b'] }],
    ['zones', { 'Fn::GetAZs': '' }],
  ])('%s is unresolved', (_name, value) => {
    const body = {
      Parameters: { P: { Type: 'String' }, Ssm: { Type: 'AWS::SSM::Parameter::Value<String>', Default: '/x' } },
      Resources: { ...vpc, Custom: { Type: 'Custom::Thing' } },
    };
    const [branch] = template(body).resolve(value, 'X');
    expect(unresolvedIn(branch?.value)).not.toHaveLength(0);
  });

  test('an encoded dynamic reference keeps its inside for rules that search it', () => {
    const [branch] = template({}).resolve({ 'Fn::Base64': '{{resolve:ssm:x}}' }, 'X');
    expect(branch?.value).toMatchObject({ parts: [{ service: 'ssm', parts: ['{{resolve:ssm:x}}'] }] });
  });
});

describe('choices', () => {
  const conditions = {
    Parameters: { Env: { Type: 'String', Default: 'dev' }, Size: { Type: 'String', AllowedValues: ['s', 'l'] } },
    Mappings: { ByRegion: { 'eu-west-1': { cidr: '10.0.0.0/8' }, 'us-east-1': { cidr: '0.0.0.0/0' } } },
    Conditions: {
      Prod: { 'Fn::Equals': [{ Ref: 'Env' }, 'prod'] },
      NotProd: { 'Fn::Not': [{ Condition: 'Prod' }] },
      Large: { 'Fn::Equals': [{ Ref: 'Size' }, 'l'] },
      Never: { 'Fn::Equals': ['a', 'b'] },
      Loop: { 'Fn::Not': [{ Condition: 'Loop' }] },
    },
  };

  test('both sides of a condition, and what was assumed', () => {
    const branches = template(conditions).resolve({ 'Fn::If': ['Prod', 'a', 'b'] }, 'X');
    expect(branches).toEqual([
      { value: 'a', assuming: ['Prod is true'] },
      { value: 'b', assuming: ['Prod is false'] },
    ]);
  });

  test('a condition that is decided has one side', () => {
    expect(read({ 'Fn::If': ['Never', 'a', 'b'] }, conditions)).toEqual(['b']);
  });

  test('one value is consistent: opposite conditions never both hold', () => {
    const value = [{ 'Fn::If': ['Prod', 'p', 'x'] }, { 'Fn::If': ['NotProd', 'n', 'y'] }];
    expect(read(value, conditions)).toEqual(['[p, y]', '[x, n]']);
  });

  test('allowed values are branches, in conditions too', () => {
    expect(read({ Ref: 'Size' }, conditions)).toEqual(['s', 'l']);
    expect(read([{ Ref: 'Size' }, { 'Fn::If': ['Large', 'yes', 'no'] }], conditions)).toEqual(['[s, no]', '[l, yes]']);
  });

  test('a default reads as the value and is named; it decides no condition', () => {
    expect(template(conditions).resolve({ Ref: 'Env' }, 'X')).toEqual([
      { value: 'dev', assuming: ['Env = dev (default)'] },
    ]);
  });

  test('a value that the app fixed is certain', () => {
    const [t] = Assembly.of({ name: 'T', body: conditions, parameters: { Env: 'prod' } }).templates;
    expect(t?.resolve({ 'Fn::If': ['Prod', 'a', 'b'] }, 'X').map((b) => b.value)).toEqual(['a']);
  });

  test('a mapping looked up by region yields every entry; with a known region the one', () => {
    const find = { 'Fn::FindInMap': ['ByRegion', { Ref: 'AWS::Region' }, 'cidr'] };
    expect(read(find, conditions)).toEqual(['10.0.0.0/8', '0.0.0.0/0']);
    const [t] = Assembly.of({ name: 'T', body: conditions, region: 'eu-west-1' }).templates;
    expect(t?.resolve(find, 'X').map((b) => b.value)).toEqual(['10.0.0.0/8']);
  });

  test('a default chooses no entry of a mapping and no item of a list', () => {
    const body = {
      Parameters: { Env: { Type: 'String', Default: 'dev' }, Index: { Type: 'Number', Default: 0 } },
      Mappings: { ByEnv: { dev: { cidr: '10.0.0.0/8' }, prod: { cidr: '0.0.0.0/0' } } },
    };
    expect(template(body).resolve({ 'Fn::FindInMap': ['ByEnv', { Ref: 'Env' }, 'cidr'] }, 'X')).toEqual([
      { value: '10.0.0.0/8', assuming: ['Env = dev'] },
      { value: '0.0.0.0/0', assuming: ['Env = prod'] },
    ]);
    expect(read({ 'Fn::FindInMap': ['ByEnv', { 'Fn::Sub': `\${Env}` }, 'cidr'] }, body)).toHaveLength(2);
    expect(template(body).resolve({ 'Fn::Select': [{ Ref: 'Index' }, ['a', 'b']] }, 'X')).toEqual([
      { value: 'a', assuming: ['Index = 0'] },
      { value: 'b', assuming: ['Index = 1'] },
    ]);
  });

  test('each item of a list parameter may be any of the allowed values', () => {
    const body = {
      Parameters: { L: { Type: 'CommaDelimitedList', AllowedValues: ['a', 'b', 'c'], Default: 'a,b' } },
    };
    expect(read({ Ref: 'L' }, body)).toEqual(['[a, b]', '[a, a]', '[b, b]', '[c, c]']);
    expect(read({ 'Fn::Select': [1, { Ref: 'L' }] }, body)).toContain('c');
  });

  test.each<[string, JsonValue, string]>([
    ['a boolean in a text', { 'Fn::Join': ['', [true, 'x']] }, 'yesx'],
    ['a number in a text', { 'Fn::Join': ['', ['v', 1.1]] }, 'v1.10'],
    ['one in a mapping', { 'Fn::Join': ['', [{ 'Fn::FindInMap': ['M', 'a', 'b'] }, 'x']] }, 'onx'],
  ])('%s decides no condition: YAML has several spellings for it', (_name, text, spelling) => {
    const body = {
      Mappings: { M: { a: { b: true } } },
      Conditions: { C: { 'Fn::Equals': [text, spelling] } },
    };
    expect(read({ 'Fn::If': ['C', 'y', 'n'] }, body)).toEqual(['y', 'n']);
  });

  test('the value for keys that a mapping doesn’t have is possible too', () => {
    const find = (key: JsonValue) => ({ 'Fn::FindInMap': ['ByRegion', key, 'cidr', { DefaultValue: 'else' }] });
    expect(read(find({ Ref: 'AWS::Region' }), conditions)).toEqual(['10.0.0.0/8', '0.0.0.0/0', 'else']);
    expect(read(find('eu-west-1'), conditions)).toEqual(['10.0.0.0/8']);
    expect(read(find('eu-west-9'), conditions)).toEqual(['else']);
  });

  test.each([
    ['1.1', '1.10'],
    ['1000', '1e3'],
    ['12345678901234567000', '12345678901234567890'],
    ['10', '010'],
    ['1e-7', '0.0000001'],
    ['true', 'Yes'],
  ])('whether %s and %s are equal is unknown: one was perhaps written without quotes', (a, b) => {
    const isSame = (x: string, y: string) => ({ Conditions: { Same: { 'Fn::Equals': [x, y] } } });
    expect(read({ 'Fn::If': ['Same', 'y', 'n'] }, isSame(a, b))).toEqual(['y', 'n']);
    expect(read({ 'Fn::If': ['Same', 'y', 'n'] }, isSame(a, a))).toEqual(['y']);
  });

  test('an unknown condition still has two sides; a cyclic one ends', () => {
    expect(read({ 'Fn::If': ['Nowhere', 'a', 'b'] }, conditions)).toEqual(['a', 'b']);
    expect(read({ 'Fn::If': ['Loop', 'a', 'b'] }, conditions).sort()).toEqual(['a', 'b']);
  });

  test('a value with too many ways to turn out is unresolved', () => {
    const value = Array.from({ length: 12 }, (_, i) => ({ 'Fn::If': [`C${i}`, 'a', 'b'] }));
    const [branch] = template({}).resolve(value, 'X');
    expect(branch?.value).toBeInstanceOf(Unresolved);
  });

  test('resources whose condition never holds are gone', () => {
    const t = template({
      ...conditions,
      Resources: { A: { Type: 'X', Condition: 'Never' }, B: { Type: 'X', Condition: 'Prod' } },
    });
    expect(t.resources.map((r) => [r.logicalId, r.presence])).toEqual([['B', 'depends']]);
  });
});

describe('resources', () => {
  test('a member of something unknown is unknown, not absent', () => {
    const body = {
      Parameters: { Unknown: { Type: 'String' } },
      Resources: { Fn: { Type: 'AWS::Lambda::Function', Properties: { VpcConfig: { Ref: 'Unknown' } } } },
    };
    const [only] = template(body).resources[0]?.property('VpcConfig', 'SubnetIds') ?? [];
    expect(only?.value).toBeInstanceOf(Unresolved);
  });

  test('items reads each item by itself, behind Fn::If and as a single object', () => {
    const t = template({
      Resources: {
        Many: { Type: 'T', Properties: { L: [{ 'Fn::If': ['C', { a: 1 }, { Ref: 'AWS::NoValue' }] }, { a: 2 }] } },
        One: { Type: 'T', Properties: { L: { a: 3 } } },
        None: { Type: 'T' },
      },
    });
    const items = (id: string) =>
      t
        .resource(id)
        ?.items('L')
        .map((i) => [describeValue(i.value), i.where]);
    expect(items('Many')).toEqual([
      ['{a: 1}', 'Many.Properties.L[0]'],
      ['{a: 2}', 'Many.Properties.L[1]'],
    ]);
    expect(items('One')).toEqual([['{a: 3}', 'One.Properties.L[0]']]);
    expect(items('None')).toEqual([]);
  });

  test('property walks through an intrinsic', () => {
    const t = template({
      Resources: { A: { Type: 'T', Properties: { V: { 'Fn::If': ['C', { W: 'x' }, { W: 'y' }] } } } },
    });
    expect(
      t
        .resource('A')
        ?.property('V', 'W')
        .map((b) => b.value),
    ).toEqual(['x', 'y']);
    expect(
      t
        .resource('A')
        ?.property('Absent', 'W')
        .map((b) => b.value),
    ).toEqual([undefined]);
  });

  test('a policy given as a JSON string keeps its references', () => {
    const [branch] = template({ Resources: vpc }).resolve({ 'Fn::Sub': `{"a": ["x\${Vpc}y", 1]}` }, 'X');
    const parsed = parseJsonText(branch?.value);
    expect(describeValue(parsed)).toBe(`{a: [x\${Vpc.VpcId}y, 1]}`);
    expect(isObject(parsed) && Array.isArray(parsed.a) && parsed.a[0]).toBeInstanceOf(Text);
  });

  test('macros and loops are named', () => {
    const t = template({ Transform: 'AWS::Serverless-2016-10-31', Resources: { 'Fn::ForEach::A': ['x', ['1'], {}] } });
    expect(t.transforms).toEqual(['AWS::Serverless-2016-10-31']);
    expect(t.oddities.map((o) => o.expression)).toEqual(['Fn::ForEach::A']);
  });
});

test('odd input never throws', () => {
  const leaf = fc.oneof(
    fc.string(),
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
    fc.constantFrom('A', 'P', 'C', 'A.Arn'),
  );
  const keys = fc.constantFrom(
    'Ref',
    'Fn::GetAtt',
    'Fn::If',
    'Fn::Join',
    'Fn::Sub',
    'Fn::Select',
    'Fn::Split',
    'Fn::Base64',
    'Fn::FindInMap',
    'Fn::ImportValue',
    'Fn::Cidr',
    'Fn::ToJsonString',
    'Fn::Length',
    'Fn::Equals',
    'Fn::Not',
    '__proto__',
    'Type',
    'x',
  );
  const value = fc.letrec<{ v: JsonValue }>((tie) => ({
    v: fc.oneof(
      { maxDepth: 5 },
      leaf,
      fc.array(tie('v'), { maxLength: 3 }),
      fc.dictionary(keys, tie('v'), { maxKeys: 2 }),
    ),
  })).v;
  fc.assert(
    fc.property(value, fc.dictionary(fc.constantFrom('A', 'C', 'P'), value), (raw, section) => {
      const body = {
        Parameters: section,
        Conditions: section,
        Mappings: section,
        Outputs: section,
        Resources: section,
      };
      const t = template(body as JsonObject);
      expect(t.resolve(raw, 'X').length).toBeGreaterThan(0);
      for (const r of t.resources) r.items('x');
    }),
    { numRuns: 500 },
  );
});

test('a parameter whose default or allowed values ask for itself is unknown', () => {
  const circle = { 'Fn::If': ['C', 'a', 'b'] };
  const Conditions = { C: { 'Fn::Equals': [{ Ref: 'P' }, 'a'] } };
  const declared: JsonObject[] = [
    { Type: 'String', Default: circle },
    { Type: 'String', AllowedValues: [circle] },
    { Type: 'String', Default: [circle] },
  ];
  for (const P of declared) {
    const [branch] = template({ Parameters: { P }, Conditions }).resolve({ Ref: 'P' }, 'X');
    expect(branch?.value).toBeInstanceOf(Unresolved);
  }
});

import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { checkAssembly } from '../../../../lib/checks/check-assembly';
import { Assembly } from '../../../../lib/template';
import { parseTemplate } from '../../../../lib/template/model/template-text';
import { parseYaml } from '../../../../lib/template/model/yaml';
import { fc } from '../../../seed';

function read(text: string) {
  const [template] = Assembly.of({ name: 't', text, ...parseTemplate(text, parseYaml) }).templates;
  if (template === undefined) throw new Error('no template');
  return template;
}

/** `line:column text of the line from there` of a property of the resource R. */
function placed(text: string, property: string): string {
  const place = read(text).resource('R')?.placeOf(property);
  if (place === undefined) return 'nowhere';
  const line = text.split('\n')[place.line - 1] ?? '';
  return `${place.line}:${place.column} ${line.slice(place.column - 1).trimEnd()}`;
}

const YAML = `Resources:
  R:
    Type: AWS::IAM::Role
    Properties:
      "Quoted": 1
      Flow: {Effect: Allow, Action: ['s3:*', 'sqs:*'],
        Resource: '*'}
      Policies:
        - PolicyName: p
          PolicyDocument:
            Statement:
              - Effect: Allow
                Action: "s3:*"
              -
                Action: x
      Labels:
        crm.password: x
        crm: {password: y}
      Single: {CidrIp: 0.0.0.0/0}
      Chosen: !If
        - Prod
        - {A: 1}
        - A: 2
          B: 3
      Long:
        Fn::If: [Prod, {A: 1}, {C: 1}]
      Text: !Sub |
        A: 1
      Block: >-
        Effect: no
`;

test.each([
  ['', '2:3 R:'],
  ['Properties', '4:5 Properties:'],
  ['Properties.Quoted', '5:7 "Quoted": 1'],
  ['Properties.Flow.Action', "6:29 Action: ['s3:*', 'sqs:*'],"],
  ['Properties.Flow.Action[1]', "6:46 'sqs:*'],"],
  ['Properties.Flow.Resource', "7:9 Resource: '*'}"],
  ['Properties.Policies[0].PolicyDocument.Statement[0].Action', '13:17 Action: "s3:*"'],
  ['Properties.Policies[0].PolicyDocument.Statement[1].Action', '15:17 Action: x'],
  ['Properties.Labels.crm.password', '17:9 crm.password: x'],
  ['Properties.Single[0].CidrIp', '19:16 CidrIp: 0.0.0.0/0}'],
  ['Properties.Chosen.A', '22:12 A: 1}'],
  ['Properties.Chosen.B', '24:11 B: 3'],
  ['Properties.Chosen.Fn::If[2].A', '23:11 A: 2'],
  ['Properties.Long.C', '26:33 C: 1}]'],
  ['Properties.Text', '27:7 Text: !Sub |'],
  // What isn't there has the place of what is around it.
  ['Properties.Labels.other', '16:7 Labels:'],
  ['Properties.Policies[7].PolicyDocument', '8:7 Policies:'],
  ['Properties.Absent', '4:5 Properties:'],
  ['DeletionPolicy', '2:3 R:'],
])('in YAML, the place of %p is %p', (property, place) => {
  expect(placed(YAML, property)).toBe(place);
  expect(placed(YAML.replaceAll('\n', '\r\n'), property)).toBe(place);
});

test('what an alias or a merge key stands for has the place of its anchor', () => {
  const text = `Shared: &base
  Open: true
  Deep: {A: 1}
Resources:
  R:
    Type: T
    Properties:
      Merged:
        <<: *base
        Own: 1
      Alias: *base
`;
  expect(placed(text, 'Properties.Merged.Open')).toBe('2:3 Open: true');
  expect(placed(text, 'Properties.Merged.Own')).toBe('10:9 Own: 1');
  expect(placed(text, 'Properties.Alias')).toBe('11:7 Alias: *base');
  expect(placed(text, 'Properties.Alias.Deep.A')).toBe('3:10 A: 1}');
});

const JSON_TEXT = `{"Resources": {
  "R": {"Type": "T", "Properties": {
    "Text": "a \\" { [ \\\\", "Numbers": [1, -2.5e+3, true, null],
    "Open" : {
      "Fn::If": ["Prod", {"A": 1}, {"B": [ {"C": 1}, {"C": 2} ]}]
    }, "A.B": {"C": {}}
  }}
}}`;

test.each([
  ['', '2:3 "R": {"Type": "T", "Properties": {'],
  ['Properties.Numbers', '3:28 "Numbers": [1, -2.5e+3, true, null],'],
  ['Properties.Numbers[1]', '3:43 -2.5e+3, true, null],'],
  ['Properties.Open.B[1].C', '5:55 "C": 2} ]}]'],
  ['Properties.Open[0].B[1].C', '5:55 "C": 2} ]}]'],
  ['Properties.A.B.C', '6:16 "C": {}}'],
])('in JSON, the place of %p is %p', (property, place) => {
  expect(placed(JSON_TEXT, property)).toBe(place);
  expect(placed(JSON_TEXT.replaceAll('\n', '\r\n'), property)).toBe(place);
  expect(placed(JSON_TEXT.replaceAll('\n', ' '), property)).toMatch(/^1:/);
});

test('a template in JSON that only YAML can read has places too', () => {
  expect(placed('{Resources: {\n R: {Type: T, # no JSON\n  Properties: {A: 1}}}}', 'Properties.A')).toBe(
    '3:16 A: 1}}}}',
  );
});

test('a property of the template itself, and a place that is not known', () => {
  const template = read('Parameters: {P: {Default: x}}\nResources: {R: {Type: T}}\n');
  expect(template.placeOf('Parameters.P.Default')).toEqual({ line: 1, column: 18 });
  expect(template.placeOf('Outputs.Key')).toEqual({ line: 1, column: 1 });
  expect(template.placeOf('', 'Resources', 'Other')).toBeUndefined();
  expect(Assembly.of({ name: 'memory', body: { Resources: { R: { Type: 'T' } } } }).resources[0]?.line).toBeUndefined();
});

test('what AWS SAM makes of a function has the place of the function’s property', () => {
  const text = `Transform: AWS::Serverless-2016-10-31
Resources:
  Fn:
    Type: AWS::Serverless::Function
    Properties:
      Handler: index.handler
      Policies:
        - AmazonSQSFullAccess
        - Statement: [{Effect: Allow, Action: '*', Resource: '*'}]
`;
  const role = read(text).resource('FnRole');
  expect(role?.placeOf('Properties.Policies[0].PolicyDocument.Statement[0].Action')?.line).toBe(7);
  expect(role?.placeOf('Properties.ManagedPolicyArns[0]')?.line).toBe(5);
});

test('lines that were moved right, and comments right after a bracket, have the places of the file', () => {
  const above = `Metadata:
    D:
        E: "a text
that goes on
at any indent"
        F: {
x: 1 }# comment
`;
  const text = `${above}${YAML.replace('\n      Policies', '# comment\n      Policies')}`;
  const lines = above.split('\n').length - 1;
  for (const property of ['', 'Properties.Flow.Action', 'Properties.Policies', 'Properties.Single.CidrIp']) {
    const [line = '', column] = placed(YAML, property).split(/[: ]/);
    expect(placed(text, property)).toMatch(new RegExp(`^${Number(line) + lines}:${column} `));
  }
  expect(read(text).placeOf('Metadata.D.F.x')).toEqual({ line: 7, column: 1 });
});

test('what AWS::NoValue leaves out before an item doesn’t move the item, and finds it once', () => {
  const text = `Conditions: { C: !Equals [!Ref AWS::Region, x] }
Resources:
  P:
    Type: AWS::IAM::ManagedPolicy
    Properties:
      PolicyDocument:
        Statement:
          - !If [C, { Effect: Allow, Action: s3:GetObject, Resource: arn:aws:s3:::b/k }, !Ref AWS::NoValue]
          - !Ref AWS::NoValue
          - Effect: Allow
            Action: sqs:*
            Resource: arn:aws:sqs:eu-west-1:111122223333:q
  F:
    Type: AWS::Lambda::Function
    Properties:
      Layers: !If [C, [!Ref AWS::NoValue, arn:a], [arn:b]]
`;
  const assembly = Assembly.of({ name: 't', text, ...parseTemplate(text, parseYaml) });
  const found = checkAssembly(assembly).findings.filter(({ message }) => message.includes('sqs:*'));
  expect(found.map(({ property, line }) => [property, line])).toEqual([
    ['Properties.PolicyDocument.Statement[2].Action', 11],
  ]);
  const layers = assembly.ofType('AWS::Lambda::Function')[0]?.items('Layers');
  expect(layers?.map(({ where }) => where)).toEqual(['F.Properties.Layers[1]', 'F.Properties.Layers[0]']);
});

test('a carriage return alone ends a line', () => {
  expect(read(YAML.replaceAll('\n', '\r')).resource('R')?.placeOf('Properties.Policies')).toEqual({
    line: 8,
    column: 7,
  });
});

test('a file with a byte order mark has the same places', () => {
  const file = join(mkdtempSync(join(tmpdir(), 'line-')), 't.yaml');
  writeFileSync(file, `\uFEFFResources:\n  R: {Type: T, Properties: {A: 1}}\n`);
  const [resource] = Assembly.load(file, { parseYaml }).resources;
  expect(resource?.placeOf('Properties.A')).toEqual({ line: 2, column: 29 });
});

const KEY = fc
  .stringMatching(/^[A-Za-z][A-Za-z0-9:.-]{0,6}$/)
  .filter((key) => !/^(y|n|yes|no|on|off|true|false|null)$/i.test(key));
const VALUE = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.string(),
    fc.integer(),
    fc.boolean(),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(KEY, tie('value'), { maxKeys: 3 }),
  ),
})).value;

/** Every key of a value, with its path and where it leads. */
function* keysIn(value: unknown, path = ''): Generator<{ path: string; key: string }> {
  if (Array.isArray(value)) for (const [i, item] of value.entries()) yield* keysIn(item, `${path}[${i}]`);
  else if (typeof value === 'object' && value !== null)
    for (const [key, item] of Object.entries(value)) {
      yield { path: `${path}.${key}`, key };
      yield* keysIn(item, `${path}.${key}`);
    }
}

test.each([
  ['JSON', (value: unknown) => JSON.stringify(value)],
  ['JSON in lines', (value: unknown) => JSON.stringify(value, null, 2)],
  ['YAML', (value: unknown) => stringify(value)],
  ['YAML in flow style', (value: unknown) => stringify(value, { collectionStyle: 'flow' })],
])('at the place of each key of random values in %s, the text has this key', (_, write) => {
  let keys = 0;
  fc.assert(
    fc.property(fc.dictionary(KEY, VALUE), (properties) => {
      const text = write({ Resources: { R: { Type: 'T', Properties: properties } } });
      const resource = read(text).resource('R');
      const lines = text.split('\n');
      for (const { path, key } of keysIn(properties)) {
        // Such a path can be read in several ways.
        if (key.includes('.') || key.startsWith('Fn::')) continue;
        const place = resource?.placeOf(`Properties${path}`);
        const there = lines[(place?.line ?? 0) - 1]?.slice((place?.column ?? 0) - 1).replace(/^["']/, '');
        expect(there?.slice(0, key.length)).toBe(key);
        keys += 1;
      }
    }),
  );
  expect(keys).toBeGreaterThan(50);
});

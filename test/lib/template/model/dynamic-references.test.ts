import { Assembly, DynamicReference, Text, Unresolved, unknownIn, type Value } from '../../../../lib/template';
import type { JsonObject, JsonValue } from '../../../../runtime/core/contracts';

function read(value: JsonValue, body: JsonObject = {}): Value {
  const [template] = Assembly.of({ name: 'T.template.json', body }).templates;
  return template?.resolve(value, 'X')[0]?.value;
}

const resources = { Secret: { Type: 'AWS::SecretsManager::Secret' } };

test.each<[string, JsonValue, string]>([
  ['alone', '{{resolve:ssm:/agent/x}}', 'ssm'],
  ['with a version', '{{resolve:ssm:/agent/x:3}}', 'ssm'],
  ['encrypted', '{{resolve:ssm-secure:/agent/x:1}}', 'ssm-secure'],
  ['of a secret', '{{resolve:secretsmanager:one:SecretString:password}}', 'secretsmanager'],
  [
    'with a symbolic name, as CDK writes it',
    { 'Fn::Join': ['', ['{{resolve:secretsmanager:', { Ref: 'Secret' }, ':SecretString:::}}']] },
    'secretsmanager',
  ],
  ['in Fn::Sub', { 'Fn::Sub': `{{resolve:secretsmanager:\${Secret}}}` }, 'secretsmanager'],
  ['put together', { 'Fn::Join': ['', ['{{res', 'olve:ssm:/x}}']] }, 'ssm'],
  ['selected', { 'Fn::Select': [0, ['{{resolve:ssm:/x}}']] }, 'ssm'],
  ['from a parameter', { Ref: 'Given' }, 'ssm'],
  ['from an allowed value', { Ref: 'Allowed' }, 'ssm'],
  ['from a mapping', { 'Fn::FindInMap': ['M', 'a', 'b'] }, 'ssm'],
])('a dynamic reference is unknown: %s', (_name, value, service) => {
  const found = read(value, {
    Resources: resources,
    Parameters: {
      Given: { Type: 'String', Default: '{{resolve:ssm:/x}}' },
      Allowed: { Type: 'String', AllowedValues: ['{{resolve:ssm:/x}}', 'plain'] },
    },
    Mappings: { M: { a: { b: '{{resolve:ssm:/x}}' } } },
  });
  expect(found).toBeInstanceOf(DynamicReference);
  expect((found as DynamicReference).service).toBe(service);
});

test('a text with a dynamic reference keeps its known pieces', () => {
  const found = read('arn:aws:s3:::{{resolve:ssm:/a}}/x/{{resolve:ssm:/b}}');
  expect(found).toBeInstanceOf(Text);
  expect(
    (found as Text).pieces.map((piece) => (typeof piece === 'string' ? piece : piece instanceof DynamicReference)),
  ).toEqual(['arn:aws:s3:::', true, '/x/', true]);
  expect(unknownIn(found)?.expression).toBe('{{resolve:ssm:/a}}');
});

test('a reference without an end is text, and one to another service is unknown', () => {
  expect(read('{{resolve:ssm:/a')).toBe('{{resolve:ssm:/a');
  expect(read({ 'Fn::Join': ['', ['{{resolve:ssm:/a', '}}']] })).toBeInstanceOf(Unresolved);
  expect(read('{{resolve:elsewhere:/a}}')).toMatchObject({ service: undefined });
});

test('a template of another language is text', () => {
  expect(read('{{name}} {{ resolve }}')).toBe('{{name}} {{ resolve }}');
});

test('a condition on a dynamic reference depends', () => {
  const [template] = Assembly.of({
    name: 'T',
    body: { Conditions: { C: { 'Fn::Equals': ['{{resolve:ssm:/a}}', 'x'] } } },
  }).templates;
  expect(template?.truthOf('C')).toBe('depends');
});

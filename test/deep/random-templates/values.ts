import type { JsonObject, JsonValue } from '../../../runtime/core/contracts';
import type { Random } from './random';
import type { Vocabulary } from './vocabulary';

/** Values that are at the edge of what JSON, YAML or CloudFormation lets somebody write. */
const ODD: readonly JsonValue[] = [
  null,
  '',
  ' ',
  '*',
  '**',
  '?',
  0,
  -1,
  1e21,
  0.1,
  true,
  false,
  'true',
  'false',
  [],
  {},
  [[]],
  [null],
  [{}],
  { '': '' },
  '__proto__',
  'constructor',
  'toString',
  '${',
  `\${}`,
  `\${!x}`,
  '${AWS::',
  `\${a.b.c}`,
  '$',
  '{{resolve:ssm:x}}',
  '{{resolve:',
  'arn:',
  'arn:aws:s3:::*',
  `arn:\${AWS::Partition}:iam::\${AWS::AccountId}:root`,
  '0.0.0.0/0',
  '::/0',
  '10.0.0.0/33',
  '300.1.1.1/8',
  '/',
  '443',
  '-1',
  '2012-10-17',
  '{"Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}',
  '{"StartAt":"A","States":{"A":{"Type":"Task","Resource":"x","End":true}}}',
  '{',
  '[1,2',
  '((((',
  '[a-z',
  'a'.repeat(5000),
  '\u0000',
  '\u{1F600}',
  '\uD800',
];

/** Functions as they are written, and as they aren't: each given a logical id, a condition and a value. */
const FUNCTIONS: readonly ((id: string, condition: string, value: JsonValue) => JsonObject)[] = [
  (id) => ({ Ref: id }),
  () => ({ Ref: 'AWS::NoValue' }),
  () => ({ Ref: 'AWS::AccountId' }),
  (_, __, value) => ({ Ref: value }),
  (id) => ({ 'Fn::GetAtt': [id, 'Arn'] }),
  (id) => ({ 'Fn::GetAtt': `${id}.Arn` }),
  (_, __, value) => ({ 'Fn::GetAtt': value }),
  (_, condition, value) => ({ 'Fn::If': [condition, value, { Ref: 'AWS::NoValue' }] }),
  (_, condition, value) => ({ 'Fn::If': [condition, { 'Fn::If': [condition, value, 'x'] }, value] }),
  (_, __, value) => ({ 'Fn::If': value }),
  (id) => ({ 'Fn::Sub': `\${${id}}/*` }),
  (id, _, value) => ({ 'Fn::Sub': [`\${A}-\${${id}.Arn}`, { A: value }] }),
  (_, __, value) => ({ 'Fn::Sub': value }),
  (id, _, value) => ({ 'Fn::Join': ['', [{ Ref: id }, value, '/*']] }),
  (_, __, value) => ({ 'Fn::Join': value }),
  (_, __, value) => ({ 'Fn::Join': [':', value] }),
  (_, __, value) => ({ 'Fn::Select': ['0', value] }),
  (_, __, value) => ({ 'Fn::Select': [99, [value]] }),
  (id) => ({ 'Fn::Split': [',', { Ref: id }] }),
  (_, __, value) => ({ 'Fn::Split': ['', value] }),
  (_, __, value) => ({ 'Fn::FindInMap': ['Map', 'a', value] }),
  (_, __, value) => ({ 'Fn::FindInMap': value }),
  (_, __, value) => ({ 'Fn::ImportValue': value }),
  (id) => ({ 'Fn::ImportValue': { 'Fn::Sub': `x-\${${id}}` } }),
  (_, __, value) => ({ 'Fn::Base64': value }),
  (_, __, value) => ({ 'Fn::Cidr': [value, 256, '8'] }),
  (_, __, value) => ({ 'Fn::GetAZs': value }),
  (_, __, value) => ({ 'Fn::Transform': { Name: 'AWS::Include', Parameters: { Location: value } } }),
  (_, __, value) => ({ 'Fn::ForEach::Each': ['X', value, { 'a${X}': value }] }),
  (_, __, value) => ({ 'Fn::ToJsonString': value }),
  (_, __, value) => ({ 'Fn::Length': value }),
  (_, __, value) => ({ 'Fn::Odd': value }),
  (_, __, value) => ({ Ref: 'x', 'Fn::Sub': value }),
  (_, condition) => ({ Condition: condition }),
  (_, condition) => ({ 'Fn::Equals': [{ Ref: 'Choice' } as JsonObject, { Condition: condition }] }),
];

/** Makes values, of the words that the judges look for. */
export class Values {
  constructor(
    private readonly words: Vocabulary,
    /** Parts of real templates. */
    private readonly real: readonly JsonValue[],
  ) {}

  public any(random: Random, ids: readonly string[], depth = 3): JsonValue {
    const kind = random.below(depth > 0 ? 10 : 4);
    // A copy: what is changed later would be in all later cases too, and could even contain itself.
    if (kind === 0) return structuredClone(random.pick(ODD));
    if (kind <= 2) return random.pick(this.words.texts);
    if (kind === 3) return random.pick([0, 1, 22, 443, 65_535, 86_400, true, false, '1', 'true']);
    if (kind === 4) return structuredClone(random.pick(this.real));
    if (kind <= 6) return this.call(random, ids, depth);
    if (kind === 7) return Array.from({ length: random.below(4) }, () => this.any(random, ids, depth - 1));
    return this.object(random, ids, depth);
  }

  public object(random: Random, ids: readonly string[], depth = 3): JsonObject {
    const names = random.some([...random.some(this.words.members, 4), ...random.some(this.words.texts, 1)], 5);
    return Object.fromEntries(names.map((name) => [name, this.any(random, ids, depth - 1)]));
  }

  private call(random: Random, ids: readonly string[], depth: number): JsonObject {
    const id = random.chance(0.1) ? 'Nothing' : random.pick(ids);
    return random.pick(FUNCTIONS)(
      id,
      random.pick(['Yes', 'Choice', 'Circle', 'Nothing']),
      this.any(random, ids, depth - 1),
    );
  }
}

/** Parameters, mappings and conditions that the functions above name, well-formed and not. */
export function surroundings(random: Random): JsonObject {
  return {
    Parameters: {
      Choice: random.pick<JsonValue>([
        { Type: 'String' },
        { Type: 'String', Default: 'a' },
        { Type: 'String', AllowedValues: ['a', 'b'] },
        { Type: 'String', AllowedValues: [] },
        { Type: 'CommaDelimitedList', Default: 'a,b' },
        { Type: 'Number', Default: '1' },
        { Type: 'AWS::SSM::Parameter::Value<String>', Default: '/a' },
        null,
        'x',
        [],
      ]),
    },
    Mappings: random.pick<JsonValue>([{ Map: { a: { x: 'y', z: ['a', 'b'] } } }, {}, null, { Map: 'x' }]),
    Conditions: {
      Yes: random.pick<JsonValue>([
        { 'Fn::Equals': [{ Ref: 'Choice' }, 'a'] },
        { 'Fn::Equals': ['a', 'a'] },
        { 'Fn::Equals': ['a'] },
        'x',
        null,
      ]),
      Choice: random.pick<JsonValue>([
        { 'Fn::Not': [{ Condition: 'Yes' }] },
        { 'Fn::And': [{ Condition: 'Yes' }, { 'Fn::Not': [{ Condition: 'Yes' }] }] },
        { 'Fn::Or': [] },
      ]),
      Circle: { 'Fn::Not': [{ Condition: 'Circle' }] },
    },
  };
}

import { UNQUOTED } from '../../../../lib/template/model/unquoted';
import { parseYaml } from '../../../../lib/template/model/yaml';

const read = (text: string) => {
  const { value, doubledKeys } = parseYaml(text);
  return { value, doubledKeys };
};
const value = (text: string) => (parseYaml(`v: ${text}`).value as { v: unknown }).v;

describe('an unquoted scalar', () => {
  test.each([
    ['true', true],
    ['Yes', true],
    ['on', true],
    ['NO', false],
    ['off', false],
    ['', null],
    ['~', null],
    ['0', 0],
    ['443', 443],
    ['-1', -1],
    ['111122223333', 111122223333],
    ['1.5', 1.5],
    ['2012-10-17', '2012-10-17'],
    ['2010-09-09', '2010-09-09'],
    ['10.0.0.0/8', '10.0.0.0/8'],
    ['nodejs22.x', 'nodejs22.x'],
    ['s3:GetObject', 's3:GetObject'],
    ['yess', 'yess'],
    ['Node', 'Node'],
    ['<<', '<<'],
    ['80:80', '80:80'],
    ['2024-01-01T00:00:00Z', '2024-01-01T00:00:00Z'],
  ])('%s is read', (text, expected) => expect(value(text)).toEqual(expected));

  test.each(
    [
      'y',
      'Y',
      'n',
      'N',
      '010',
      '012345678901',
      '089',
      '1_000',
      '12:30',
      '190:20:30',
      '1e3',
      '1E+3',
      '1.10',
      '1.0',
      '+5',
      '.5',
    ].concat(['0x1F', '0b11', '0o17', '1.', '12345678901234567890', '685.230_15e+03']),
  )('%s is unknown: parsers read it differently', (text) => expect(value(text)).toEqual({ [UNQUOTED]: text }));

  test.each(['y', '010', '1e3', '12:30', 'yes', '2012-10-17'])('%s in quotes is text', (text) => {
    expect(value(`"${text}"`)).toBe(text);
    expect(value(`'${text}'`)).toBe(text);
    expect(value(`!Ref ${text}`)).toEqual({ Ref: text });
  });

  test.each(['Y', 'no', '010', '012345678901', '2012-10-17', '1.10'])('%s as a key is its text', (key) => {
    expect(parseYaml(`${key}: 1`).value).toEqual({ [key]: 1 });
  });
});

test('doubled keys are told, and the last one counts', () => {
  expect(read('a: 1\nb:\n  c: 1\n  c: 2\na: 3')).toEqual({
    value: { a: 3, b: { c: 2 } },
    doubledKeys: [
      { key: 'c', line: 4 },
      { key: 'a', line: 5 },
    ],
  });
});

test('two keys that YAML 1.1 makes one boolean are two keys', () => {
  expect(read('OFF: 1\nN: 2')).toEqual({ value: { OFF: 1, N: 2 }, doubledKeys: [] });
});

test('a merge key adds what isn’t there, also twice', () => {
  expect(read('a: &a {x: 1}\nb: &b {y: 2}\nc:\n  <<: *a\n  <<: *b\n  x: 3')).toEqual({
    value: { a: { x: 1 }, b: { y: 2 }, c: { x: 3, y: 2 } },
    doubledKeys: [],
  });
});

test('an unknown short tag becomes a function that nobody knows', () => {
  expect(parseYaml('a: !Odd x\nb: !Odd [x]\nc: !My::Own {x: 1}').value).toEqual({
    a: { 'Fn::Odd': 'x' },
    b: { 'Fn::Odd': ['x'] },
    c: { 'Fn::My::Own': { x: 1 } },
  });
});

test('tags that CloudFormation doesn’t support leave text', () => {
  expect(value('!!binary aGk=')).toBe('aGk=');
  expect(value('!!str 010')).toBe('010');
});

test('line ends of Windows', () => {
  expect(parseYaml('a: x\r\nb:\r\n  - !Ref C\r\n').value).toEqual({ a: 'x', b: [{ Ref: 'C' }] });
});

test('several documents are refused in words of templates', () => {
  expect(() => parseYaml('a: 1\n---\nb: 2')).toThrow('it has several YAML documents. A template is one document');
});

describe('a line that goes on with a quoted text or a bracket may stand left of its key', () => {
  test.each([
    ['double quotes', 'a:\n  b:\n    c: "one\n  two\n\nthree"\n    d: 1', { b: { c: 'one two\nthree', d: 1 } }],
    ['single quotes', "a:\n  c: 'it''s\nlong'\n  d: 1", { c: "it's long", d: 1 }],
    ['a closing brace', 'a:\n  b: {\n    c: 1\n}', { b: { c: 1 } }],
    ['items of a list', 'a:\n  b: [\n  1,\n  "x"\n  ]\n  d: 1', { b: [1, 'x'], d: 1 }],
    [
      'brackets in brackets',
      'a:\n  b: {\n  c: [1,\n2],\n  d: !Ref E }\n  f: 1',
      { b: { c: [1, 2], d: { Ref: 'E' } }, f: 1 },
    ],
  ])('%s', (_, text, a) => expect(parseYaml(text).value).toEqual({ a }));

  test('and lines keep their numbers', () => {
    expect(parseYaml('a: {\nx: "1\n2" }\nb: 1\nb: 2').doubledKeys).toEqual([{ key: 'b', line: 5 }]);
  });

  test.each([['a: "x\nb: 1\n'], ['a: [1, 2\nb: 3\n'], ['a: {b: 1]\n']])('what never ends stays malformed: %j', (text) =>
    expect(() => parseYaml(text)).toThrow(),
  );
});

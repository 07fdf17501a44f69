import { UNQUOTED } from '../../../../lib/template/model/unquoted';
import { parseYaml } from '../../../../lib/template/model/yaml';
import type { JsonObject } from '../../../../runtime/core/contracts';

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
    ].concat([
      '0x1F',
      '0b11',
      '0o17',
      '1.',
      '12345678901234567890',
      '685.230_15e+03',
      '-0',
      '0.0000001',
      '0.12345678901234567890',
      '.inf',
      '-.Inf',
      '.NaN',
    ]),
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

test('a boolean and a letter that CloudFormation reads as text are two keys', () => {
  expect(read('OFF: 1\nN: 2')).toEqual({ value: { OFF: 1, N: 2 }, doubledKeys: [] });
});

test.each([
  ['yes', 'true'],
  ['OFF', 'false'],
  ['010', '8'],
  ['0x10', '16'],
  ['1_000', '1000'],
  ['12:30', '750'],
  ['1.0', '1.00'],
  ['~', 'null'],
  ['no', '"false"'],
])('%s and %s are one key, of which the other may be deployed', (one, other) => {
  const text = other.replaceAll('"', '');
  expect(read(`M:\n  ${one}: {a: 1}\n  ${other}: {a: 2}`)).toEqual({
    value: { M: { [one]: { a: 1 }, [text]: { a: 2 } } },
    doubledKeys: [{ key: text, line: 3, respelled: one }],
  });
});

test('other keys that look alike are two', () => {
  const keys = [
    '111122223333',
    '012345678901',
    '"010"',
    '010',
    '1.10',
    '1.100x',
    'NO',
    'N',
    'Y',
    'YT',
    '2012-10-17',
    '-1',
    '1',
  ];
  expect(read(keys.map((key) => `${key}: 1`).join('\n')).doubledKeys).toEqual([{ key: '010', line: 4 }]);
});

test('a merge key adds what isn’t there, also twice', () => {
  expect(read('a: &a {x: 1}\nb: &b {y: 2}\nc:\n  <<: *a\n  <<: *b\n  x: 3')).toEqual({
    value: { a: { x: 1 }, b: { y: 2 }, c: { x: 3, y: 2 } },
    doubledKeys: [],
  });
});

test('what two merge keys bring differently is told', () => {
  expect(read('a: &a {x: 1, z: 0}\nb: &b {x: 2, y: 2, z: 0}\nc:\n  <<: *a\n  z: 1\n  <<: [*b]')).toMatchObject({
    value: { c: { x: 1, y: 2, z: 1 } },
    doubledKeys: [{ key: 'x', line: 6 }],
  });
});

test('an unknown short tag becomes a function that nobody knows', () => {
  expect(parseYaml('a: !Odd x\nb: !Odd [x]\nc: !My::Own {x: 1}').value).toEqual({
    a: { 'Fn::Odd': 'x' },
    b: { 'Fn::Odd': ['x'] },
    c: { 'Fn::My::Own': { x: 1 } },
  });
});

test('a tag in another spelling is its function, or one that nobody knows', () => {
  expect(value('!<!Ref> a')).toEqual({ Ref: 'a' });
  expect(value('!%52ef a')).toEqual({ 'Fn::%52ef': 'a' });
  expect(parseYaml('%TAG ! tag:x.y,2000:\n---\nv: !Ref a').value).not.toEqual({ v: 'a' });
});

test('tags that CloudFormation doesn’t support leave text', () => {
  expect(value('!!binary aGk=')).toBe('aGk=');
  expect(value('!!str 010')).toBe('010');
});

test('a tag of YAML that changes a scalar leaves it unknown, unless it is plain', () => {
  expect(value('!!int 5')).toBe(5);
  expect(value('!!bool yes')).toBe(true);
  for (const tag of ['null', 'bool', 'int', 'float']) expect(value(`!!${tag} x`)).toEqual({ [UNQUOTED]: 'x' });
});

describe('aliases', () => {
  test.each(['!Sub [a, {b: c}]', '!Foo {a: b}', '!Ref a', '!If\n  - A\n  - !Ref b\n  - c\n'])(
    'of %s is the same function',
    (text) => {
      const { a, b } = parseYaml(`a: &x ${text}\nb: *x\n`).value as JsonObject;
      expect(b).toEqual(a);
      expect(Object.keys(b as JsonObject)).toEqual([expect.stringMatching(/^Ref$|^Fn::/)]);
    },
  );

  test('one anchor may be used often; a text made to be large is refused', () => {
    expect(parseYaml(`a: &x 1\nb: [${'*x, '.repeat(1000)}2]`).value).toMatchObject({ a: 1 });
    const nine = (alias: string) => `[${Array(9).fill(alias).join(', ')}]`;
    const bomb = ['a: &a [x]', ...'bcdefghi'].map((key, i, all) =>
      i === 0 ? key : `${key}: &${key} ${nine(`*${String(all[i - 1]).slice(0, 1)}`)}`,
    );
    expect(() => parseYaml(bomb.join('\n'))).toThrow(/alias/);
  });
});

test.each([
  ['a map', '{{ Name }}: 1'],
  ['a list', '? [a]\n: 1'],
  ['a function', '!Ref a: 1'],
  ['an alias', 'x: &a CidrIp\n*a : 0.0.0.0/0'],
  ['nothing', ': 1'],
  ['a question mark right before it', '{?CidrIp: 0.0.0.0/0}'],
])('%s is no key', (_, text) => expect(() => parseYaml(text)).toThrow(/a key is no text at line \d/));

describe('a character that ends a line for some parsers', () => {
  const hidden = (character: string) => `a:\n  b: 1 # shown${character}  c: 2\n  d: 3\n`;

  test('a carriage return alone does', () => {
    expect(parseYaml(hidden('\r'))).toMatchObject({ value: { a: { b: 1, c: 2, d: 3 } }, unsureBreaks: [] });
    expect(parseYaml('# one\ra:\r  b: |\r    x\r    y\r').value).toEqual({ a: { b: 'x\ny\n' } });
  });

  test.each(['\u0085', '\u2028', '\u2029'])('%j does as in YAML 1.1, and is told where it matters', (character) => {
    expect(parseYaml(hidden(character))).toMatchObject({ value: { a: { b: 1, c: 2, d: 3 } }, unsureBreaks: [2] });
    expect(parseYaml(`a: "x${character}y"\nb: z${character}\n`)).toMatchObject({
      value: { a: 'x y', b: 'z' },
      unsureBreaks: [],
    });
    // Only without the end of the line it is YAML.
    expect(parseYaml(`a: x${character}y\nb: z`)).toMatchObject({
      value: { a: `x${character}y`, b: 'z' },
      unsureBreaks: [],
    });
  });
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

  test.each([
    ['a value on the next line', 'a:\n  b: {x: \n1, y:\n[p, q]}\n  c: 1', { b: { x: 1, y: ['p', 'q'] }, c: 1 }],
    ['brackets in texts and comments', "a: [\n\"]\", # ]\nit's, ']',\n{b: c}\n]", [']', "it's", ']', { b: 'c' }]],
    ['a comment right after it', 'a: [\n"x"#]\n, [z]# y\n]#!', ['x', ['z']]],
    ['a thousand lines', `a: [\n${'x,\n'.repeat(1000)}]`, Array(1000).fill('x')],
  ])('also %s', (_, text, a) => expect(parseYaml(text).value).toEqual({ a }));

  test.each([['"'], ["'"], ['['], ['{']])('what never ends is refused fast: %s', (sign) => {
    const resources = Array.from(
      { length: 2000 },
      (_, i) => `  R${i}:\n    Type: A\n    V: [ { k: 'v' }, "w" ]\n`,
    ).join('');
    const start = Date.now();
    expect(() => parseYaml(`Resources:\n  A:\n    - ${sign}x\n${resources}`)).toThrow();
    expect(Date.now() - start).toBeLessThan(20_000);
  });

  test('and lines keep their numbers', () => {
    expect(parseYaml('a: {\nx: "1\n2" }\nb: 1\nb: 2').doubledKeys).toEqual([{ key: 'b', line: 5 }]);
    const long = 'a: "1\n2\n3\n4\n5"\n';
    expect(() => parseYaml(`${long}? [b]\n: 1\nc: 1\nd: 1\ne: 1\n`)).toThrow('a key is no text at line 6');
    expect(parseYaml(`${long}b: &b {x: 1}\nc:\n  <<: *b\n  <<: *b\nd: 1\ne: 1\n`).doubledKeys).toEqual([
      { key: 'x', line: 9 },
    ]);
  });

  test.each([['a: "x\nb: 1\n'], ['a: [1, 2\nb: 3\n'], ['a: {b: 1]\n']])('what never ends stays malformed: %j', (text) =>
    expect(() => parseYaml(text)).toThrow(),
  );
});

import { isDeepStrictEqual } from 'node:util';
import type { JsonValue } from '../../../../runtime/core/contracts';
import { canonicalize } from '../../../../runtime/core/json/canonicalize';
import { parseStrict } from '../../../../runtime/core/json/parse-strict';
import { fc } from '../../../seed';
import { checkAgainstJsonParse, checkDigests } from './read-once';

const codeOf = (text: string, limits = {}) => {
  const parsed = parseStrict(text, limits);
  return parsed.ok ? 'ok' : parsed.code;
};

describe('parseStrict', () => {
  test.each([
    'null',
    ' [1, 2.5, -3e2, "a\\n\\u00e9"] ',
    '{"a":{"b":[true,false]},"":0}',
    '"\\ud83d\\ude00"',
    '1.0',
    '1e2',
  ])('reads %s as JSON.parse does', (text) => {
    expect(parseStrict(text)).toEqual({ ok: true, value: JSON.parse(text) });
  });

  test.each([
    ['', 'MALFORMED'],
    ['{} {}', 'MALFORMED'],
    ['\ufeff{}', 'MALFORMED'],
    ["{'a':1}", 'MALFORMED'],
    ['{"a":1,}', 'MALFORMED'],
    ['[1,]', 'MALFORMED'],
    ['[1 2]', 'MALFORMED'],
    ['// x\n1', 'MALFORMED'],
    ['NaN', 'MALFORMED'],
    ['01', 'MALFORMED'],
    ['+1', 'MALFORMED'],
    ['.5', 'MALFORMED'],
    ['"a\nb"', 'MALFORMED'],
    ['"\\x41"', 'MALFORMED'],
    ['"\\ud800"', 'MALFORMED'],
    ['"\ud800"', 'MALFORMED'],
    ['{"\\udc00":1}', 'MALFORMED'],
    ['-0', 'MALFORMED'],
    ['1e400', 'MALFORMED'],
    ['9007199254740993', 'MALFORMED'],
    ['9007199254740992', 'MALFORMED'],
    ['0.1000000000000000055511151231257827', 'MALFORMED'],
    ['{"__proto__":1}', 'MALFORMED'],
    ['{"\\u005f_proto__":1}', 'MALFORMED'],
    ['{"__extn":{"fn":"decimal"}}', 'MALFORMED'],
    ['{"e\u0301":1}', 'MALFORMED'],
    ['{"a":1,"a":1}', 'DUPLICATE_KEY'],
    ['{"a":1,"\\u0061":1}', 'DUPLICATE_KEY'],
    ['[{"b":{"a":1,"a":2}}]', 'DUPLICATE_KEY'],
  ])('refuses %j as %s', (text, code) => {
    expect(codeOf(text)).toBe(code);
  });

  test('counts bytes, not characters, and levels', () => {
    expect(codeOf('"é"', { maxBytes: 4 })).toBe('ok');
    expect(codeOf('"éé"', { maxBytes: 5 })).toBe('TOO_LARGE');
    expect(codeOf('[[1]]', { maxDepth: 2 })).toBe('ok');
    expect(codeOf('[[[1]]]', { maxDepth: 2 })).toBe('TOO_LARGE');
    expect(codeOf('['.repeat(200_000), { maxBytes: 1e6 })).toBe('TOO_LARGE');
  });

  test('reads each double however it is printed, and no number that is longer than one needs', () => {
    for (const text of ['-0.0000012345678901234567', '-2.2250738585072014e-308', `0.${'0'.repeat(20)}5`, '100.00']) {
      expect(codeOf(text)).toBe('ok');
    }
    expect(codeOf(`1.${'0'.repeat(38)}`)).toBe('ok');
    expect(codeOf(`1.${'0'.repeat(39)}`)).toBe('MALFORMED');
    expect(codeOf(`{"${'a'.repeat(256)}":1}`)).toBe('ok');
    expect(codeOf(`{"${'a'.repeat(257)}":1}`)).toBe('MALFORMED');
  });

  const deep = (inner: string) => `${`{"${'~'.repeat(64)}":`.repeat(30)}${inner}${'}'.repeat(30)}`;
  test.each([
    ['one long number', `{"a":0.1${'0'.repeat(250_000)}1}`],
    ['one long whole number', `{"a":1${'0'.repeat(250_000)}1}`],
    ['a name of combining marks', `{"a${'\u0301\u0316'.repeat(62_000)}":1}`],
    ['many numbers, deep down', deep(`[${'1,'.repeat(120_000)}1]`)],
    ['many names, deep down', deep(`{${Array.from({ length: 25_000 }, (_, index) => `"${index.toString(36)}":1`)}}`)],
    ['escapes', `"${'\\u0041'.repeat(43_000)}"`],
  ])('takes time in proportion to the text: %s', (_, text) => {
    expect(Buffer.byteLength(text)).toBeGreaterThan(190_000);
    const before = process.cpuUsage();
    parseStrict(text);
    // The quickest of them took 5 seconds, but for the escapes.
    expect(process.cpuUsage(before).user).toBeLessThan(3_000_000);
  });

  test('never repeats a value, only names of places', () => {
    const parsed = parseStrict('{"pin":"hunter2","n":-0}');
    expect(parsed.ok ? '' : parsed.reason).toBe('/n is minus zero, which has no canonical form: send 0.');
  });

  test('reads members such as constructor and toString like any other', () => {
    const parsed = parseStrict('{"constructor":1,"toString":2}');
    expect(parsed.ok && Object.keys(parsed.value as object)).toEqual(['constructor', 'toString']);
  });
});

describe('properties', () => {
  test('agrees with JSON.parse on whatever it accepts', () => {
    checkAgainstJsonParse(3000);
  });

  test('no two byte strings that any reader takes for different values share a digest', () => {
    expect(checkDigests(5000)).toBeGreaterThan(1000);
  });

  test('a canonical text is a fixed point, whatever the order of members', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const strict = parseStrict(JSON.stringify(value));
        if (!strict.ok) return true;
        const text = canonicalize(strict.value);
        const again = parseStrict(text);
        return again.ok && canonicalize(again.value) === text && isDeepStrictEqual(again.value, strict.value);
      }),
    );
    expect(canonicalize({ b: 1, a: [{ d: 1, c: 2 }] })).toBe('{"a":[{"c":2,"d":1}],"b":1}');
  });
});

describe('canonicalize', () => {
  test('sorts by UTF-16 units and writes numbers and strings as RFC 8785 says', () => {
    const value: JsonValue = { '\ufb33': 1, '\u{1f600}': 2, '\r': 3, '1': 4, é: 5 };
    expect(canonicalize(value)).toBe('{"\\r":3,"1":4,"é":5,"\u{1f600}":2,"\ufb33":1}');
    expect(canonicalize([1e-7, 0.1, 4.5, 100, '\u0007"\\€'])).toBe('[1e-7,0.1,4.5,100,"\\u0007\\"\\\\€"]');
  });

  test.each([
    [undefined],
    [Number.NaN],
    [Infinity],
    [-0],
    [2 ** 53],
    ['\ud800'],
    [new Date(0)],
    [[undefined]],
    [() => 1],
  ])('has no form for %p', (value) => {
    expect(() => canonicalize(value as unknown as JsonValue)).toThrow();
  });
});

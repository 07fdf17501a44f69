import type { JsonValue } from '../../../../runtime/core/contracts';
import { doubledKeysOf } from '../../../../runtime/core/json/doubled-keys';
import { fc } from '../../../seed';

const found = (text: string) =>
  doubledKeysOf(text, JSON.parse(text) as JsonValue).map(({ key, line }) => `${key} (line ${line})`);

test.each<[string, string, string[]]>([
  ['none', '{"a": {"b": 1}, "b": 1, "c": [{"b": 1}, {"b": 2}]}', []],
  ['at the top', '{"a": 1,\n"a": 2}', ['a (line 2)']],
  ['deep inside', '{"x": [{"y": {"a": 1, "b": 2, "a": 3}}]}', ['a (line 1)']],
  ['three times', '{"a": 1,\n"a": 2,\n"a": 3}', ['a (line 2)', 'a (line 3)']],
  ['with another spelling', '{"a": 1, "\\u0061": 2}', ['a (line 1)']],
  ['after a string with quotes, braces and colons', '{"x": "\\"a\\": {\\\\", "a": 1, "a" \t: 2}', ['a (line 1)']],
  ['in embedded JSON, which is text', '{"x": "{\\"a\\": 1, \\"a\\": 2}"}', []],
  ['an empty key', '{"": 1, "": 2}', [' (line 1)']],
  ['__proto__', '{"__proto__": 1, "__proto__": 2}', ['__proto__ (line 1)']],
])('%s', (_name, text, expected) => expect(found(text)).toEqual(expected));

test('a text that JSON.stringify wrote has none', () => {
  fc.assert(fc.property(fc.json(), (text) => expect(found(JSON.stringify(JSON.parse(text), null, 1))).toEqual([])));
});

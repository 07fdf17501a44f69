import type { JsonValue } from '../../../../runtime/core/contracts';
import { canonicalize } from '../../../../runtime/core/json/canonicalize';
import { parseCanonical } from '../../../../runtime/core/json/parse-canonical';
import { fc } from '../../../seed';

const name = fc.stringMatching(/^[a-z]{1,4}$/);
const { value: anyValue } = fc.letrec<{ value: JsonValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.string(),
    fc.maxSafeInteger(),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(name, tie('value'), { maxKeys: 3, noNullPrototype: true }),
  ),
}));

test('reads a canonical text, and the same value in no other spelling', () => {
  fc.assert(
    fc.property(anyValue, (value) => {
      const text = canonicalize(value);
      expect(parseCanonical(text)).toEqual({ value, canonical: text });
      expect(parseCanonical(` ${text}`)).toBeUndefined();
    }),
  );
});

test.each(['', '{"a":1,"a":1}', '{"b":1,"a":2}', '1.0', '"\\u0061"', '[1, 2]'])('refuses %j', (text) => {
  expect(parseCanonical(text)).toBeUndefined();
});

import { InputSchema } from '../../../lib';

describe('InputSchema', () => {
  test.each([
    ['a duplicate key', '{"type":"object","type":"string"}', 'twice'],
    ['no JSON', '{', 'strict JSON'],
    ['a list', '[]', 'JSON object'],
    ['__proto__', '{"__proto__":{}}', 'reserved'],
  ])('refuses %s', (_, text, why) => {
    expect(() => InputSchema.fromString(text)).toThrow(why);
  });

  test('names the file that it can’t read', () => {
    expect(() => InputSchema.fromFile('/nowhere/schema.json')).toThrow('/nowhere/schema.json');
  });

  test('yields the same document whatever the layout', () => {
    const one = InputSchema.fromString('{"type":"object","additionalProperties":false,"properties":{}}');
    const two = InputSchema.fromString('{ "properties": {},\n"additionalProperties": false, "type": "object" }');
    expect(one._document).toEqual(two._document);
  });
});

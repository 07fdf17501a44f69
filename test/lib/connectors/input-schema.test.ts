import { HttpMethod, InputSchema } from '../../../lib';
import { AgentStack } from '../agent-stack';

const toolWith = (input: InputSchema) => () =>
  new AgentStack().tickets.addTool('new', { description: 'x', method: HttpMethod.GET, path: '/x', input });

describe('InputSchema', () => {
  test.each([
    ['a duplicate key', '{"type":"object","type":"string"}', 'twice'],
    ['no JSON', '{', 'strict JSON'],
    ['a list', '[]', 'JSON object'],
    ['__proto__', '{"__proto__":{}}', 'reserved'],
  ])('refuses %s', (_, text, why) => {
    expect(toolWith(InputSchema.fromString(text))).toThrow(
      new RegExp(`^Stack/Tickets: tool "new": options\\.input: InputSchema\\.fromString: the schema .*${why}`),
    );
  });

  test('names the file that it can’t read', () => {
    expect(toolWith(InputSchema.fromFile('/nowhere/schema.json'))).toThrow(
      `Stack/Tickets: tool "new": options.input: InputSchema.fromFile: /nowhere/schema.json can't be read; write a path`,
    );
  });

  test('yields the same document whatever the layout', () => {
    const one = InputSchema.fromString('{"type":"object","additionalProperties":false,"properties":{}}');
    const two = InputSchema.fromString('{ "properties": {},\n"additionalProperties": false, "type": "object" }');
    expect(one._document).toEqual(two._document);
  });
});

import { Duration } from 'aws-cdk-lib';
import { Annotations, Match } from 'aws-cdk-lib/assertions';
import { Effect, FindingAction, HttpMethod, type HttpToolOptions, OutputSchema, Target } from '../../../lib';
import { AgentStack, ID, inputOf } from '../agent-stack';

const options: HttpToolOptions = {
  description: 'Do it',
  method: HttpMethod.POST,
  path: '/x',
  input: inputOf({ id: ID }),
};

const outputOf = (schema: object) => OutputSchema.fromString(JSON.stringify(schema));

describe('a tool', () => {
  test('whose effect isn’t declared counts as destructive, and synth says so', () => {
    const made = new AgentStack();
    const tool = made.tickets.addTool('quiet', options);
    expect(tool.effect).toBe(Effect.DESTRUCTIVE);
    Annotations.fromStack(made.stack).hasInfo('/Stack/Tickets', Match.stringLikeRegexp('quiet declares no effect'));
  });

  test.each([
    ['a name with a space', 'my tool', {}, 'write a name'],
    ['a name with a look-alike letter', 'r\u0435ad', {}, 'write a name'],
    ['too long a name', 'x'.repeat(65), {}, 'write a name'],
    ['the name of another tool', 'tickets_read', {}, 'already'],
    ['no description', 'bad', { description: ' ' }, 'description'],
    ['a target that is no argument', 'bad', { targets: [Target.account('/acount')] }, '"/acount" matches no argument'],
    [
      'a target inside a text',
      'bad',
      { targets: [Target.id('/id/too')] },
      '"/id/too" matches no argument: /id has nothing inside it',
    ],
    [
      'ids of a tool that changes something',
      'bad',
      { targets: [Target.named('/id')], ids: [{ of: 'order', at: '/id' }] },
      "its ids can't be trusted: only a read can declare ids",
    ],
    [
      'ids of a read that anything can choose',
      'bad',
      { effect: Effect.READ, ids: [{ of: 'order', at: '/id' }] },
      'declare that argument in targets',
    ],
    ['no bytes of result', 'bad', { maxResultBytes: 0 }, 'maxResultBytes'],
    ['too many bytes of result', 'bad', { maxResultBytes: 1e9 }, 'maxResultBytes'],
    ['a timeout that outlives a function', 'bad', { timeout: Duration.seconds(841) }, 'minutes(14)'],
    ['a timeout that nothing meets', 'bad', { timeout: Duration.millis(1) }, 'timeout'],
    ['an open schema', 'bad', { input: inputOf({ id: ID }, { additionalProperties: true }) }, 'additionalProperties'],
    ['an unbounded text', 'bad', { input: inputOf({ id: { type: 'string' } }) }, 'maxLength'],
    [
      'an output schema with an unbounded text',
      'bad',
      { output: outputOf({ type: 'object', additionalProperties: false, properties: { a: { type: 'string' } } }) },
      'its output schema is unsafe',
    ],
    ['an output schema of a text', 'bad', { output: outputOf({ type: 'string', maxLength: 5 }) }, 'its output schema'],
    [
      'outbound rules on a read',
      'bad',
      { effect: Effect.READ, outbound: { activeContent: FindingAction.DENY } },
      'outbound is declared, but the tool',
    ],
  ] as [string, string, Partial<HttpToolOptions>, string][])('is refused with %s', (_, name, change, why) => {
    const { tickets } = new AgentStack();
    expect(() => tickets.addTool(name, { ...options, ...change })).toThrow(
      new RegExp(`^Stack/Tickets: tool "[^"]*": [^]*${why.replace(/[()/]/g, '\\$&')}`),
    );
  });

  test('may have an output schema whose top level is a list', () => {
    const list = { type: 'array', maxItems: 5, items: { type: 'integer' } };
    const { tickets } = new AgentStack();
    expect(() => tickets.addTool('listed', { ...options, output: outputOf(list) })).not.toThrow();
  });

  test.each(['get_task', 'get_request', 'get_skill', 'respond'])(
    'is refused the name %s, which the gate answers itself',
    (name) => {
      const { tickets } = new AgentStack();
      expect(() => tickets.addTool(name, options)).toThrow(/the gate/);
    },
  );
});

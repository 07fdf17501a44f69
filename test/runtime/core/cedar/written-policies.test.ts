import { cedarSchemaFor, type SchemaTool } from '../../../../runtime/core/cedar/cedar-schema';
import { type PolicySetName, readWrittenPolicies } from '../../../../runtime/core/cedar/written-policies';

const tool = (name: string, connector: string, properties: Record<string, string>): SchemaTool => ({
  name,
  connector,
  effect: 'destructive',
  schema: {
    type: 'object',
    additionalProperties: false,
    properties: Object.fromEntries(Object.entries(properties).map(([key, type]) => [key, { type }])),
    required: Object.keys(properties),
  },
});
const tools = [
  tool('refund', 'Tickets', { id: 'string', cents: 'integer' }),
  tool('note', 'Tickets', { id: 'string' }),
  tool('mail', 'Mail', { to: 'string' }),
];
const schema = cedarSchemaFor(tools);
const read = (text: string, set: PolicySetName = 'deny') => readWrittenPolicies(text, set, tools, schema);

describe('a hand-written policy file', () => {
  test('yields each policy with its name, its effect and the tools that it can decide on', () => {
    const { policies, problems } = read(`
      // Comments are welcome.
      @id("no-large") forbid (principal, action == Action::"refund", resource) when { context.args.cents > 100 };
      @id("no-tickets") forbid (principal, action, resource == Connector::"Tickets");
      @id("not-these") forbid (principal, action in [Action::"note", Action::"mail"], resource);
      @id("none") forbid (principal is Session, action, resource is Connector) when { context.session.taint };
    `);
    expect(problems).toEqual([]);
    expect(policies.map(({ id, effect, tools: names }) => [id, effect, names])).toEqual([
      ['no-large', 'forbid', ['refund']],
      ['no-tickets', 'forbid', ['refund', 'note']],
      ['not-these', 'forbid', ['note', 'mail']],
      ['none', 'forbid', ['refund', 'note', 'mail']],
    ]);
  });

  test.each([
    ['a misspelt argument', 'when { context.args.cent > 1 }', /"p".*|`p`.*cent.*cents/],
    ['a comparison of unlike types', 'when { context.args.cents > "1" }', /`p`/],
    ['an argument of another tool', 'when { context.args.to == "x" }', /`p`.*to/],
  ])('with %s is refused by the policy’s name', (_, when, problem) => {
    const { problems } = read(`@id("p") forbid (principal, action == Action::"refund", resource) ${when};`);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(problem);
  });

  test.each([
    ['tool', 'action == Action::"refnd", resource', /refnd.*refund/],
    ['connector', 'action, resource == Connector::"Tikets"', /Tikets.*Tickets/],
    ['kind of principal', 'action, resource) when { principal is Sesion } ; //', /Sesion/],
  ])('with a misspelt %s is refused', (_, scope, problem) => {
    const text = scope.endsWith('//') ? scope.slice(0, -2) : `${scope});`;
    expect(read(`@id("p") forbid (principal, ${text}`).problems.join()).toMatch(problem);
  });

  test('whose tool isn’t of its connector is refused: it would never decide anything', () => {
    const { problems } = read(
      '@id("p") forbid (principal, action == Action::"mail", resource == Connector::"Tickets");',
    );
    expect(problems.join()).toMatch(/p/);
    expect(problems.join()).toMatch(/never decide anything/);
  });

  test.each([
    ['no @id', 'forbid (principal, action, resource);', /policy 1 has no name; write @id/],
    [
      'an @id that could pose as text',
      '@id("a b\\nALLOWED") forbid (principal, action, resource);',
      /policy 1: its @id/,
    ],
    ['the same @id twice', '@id("p") forbid (principal, action, resource); '.repeat(2), /policy "p": another/],
    ['nothing in it', '// to do', /has no policy/],
    ['a template', '@id("p") forbid (principal == ?principal, action, resource);', /template/],
    ['a syntax error', '@id("p")\nforbid (principal, action, resource)\nwhen { };', /line 3/],
  ])('with %s is refused', (_, text, problem) => {
    const { problems } = read(text);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(problem);
  });

  test('is refused in a set where a policy would do something else than it says', () => {
    expect(read('@id("p") permit (principal, action, resource);', 'deny').problems.join()).toMatch(/does nothing/);
    expect(read('@id("p") forbid (principal, action, resource);', 'allow').problems.join()).toMatch(/deny set/);
    expect(read('@id("p") permit (principal, action, resource);', 'allow').problems).toEqual([]);
    for (const effect of ['permit', 'forbid']) {
      expect(read(`@id("p") ${effect} (principal, action, resource);`, 'ask').problems).toEqual([]);
    }
  });
});

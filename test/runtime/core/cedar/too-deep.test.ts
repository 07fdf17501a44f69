import { isAuthorized } from '#cedar';
import { tooDeep } from '../../../../runtime/core/cedar/too-deep';
import { validatePolicies } from '../../../../runtime/core/cedar/validate-policies';

const permit = (when: string) => `@id("p") permit (principal, action, resource) when { ${when} };`;
const chain = (operator: string, length: number) =>
  Array.from({ length }, () => 'context.a == 1').join(` ${operator} `);

test.each([
  ['&&', permit(chain('&&', 370)), '370 operators'],
  ['||', permit(chain('||', 4000)), '4000 operators'],
  ['+', permit(`${Array(400).fill('1').join(' + ')} == 400`), '400 operators'],
  ['if', permit(`${'if context.b then true else '.repeat(1000)}false`), '1001 operators'],
  ['brackets', permit(`${'('.repeat(200)}context.b${')'.repeat(200)}`), 'nests brackets 201 deep'],
  ['lists', permit(`${'['.repeat(200)}${']'.repeat(200)} == []`), 'nests brackets 201 deep'],
  ['clauses', `${permit('true').replace(';', ` unless { context.a == 2 }`.repeat(300))};`, '301 operators and clauses'],
  ['members', permit(`context${'.a'.repeat(2000)} == 1`), 'more than 50 deep'],
  ['calls', permit(`[1]${'.contains(1)'.repeat(1000)}`), 'more than 50 deep'],
  ['members by name', permit(`context${'["a"]'.repeat(1500)} == 1`), 'more than 50 deep'],
  ['the second of two policies', permit('true') + permit(chain('&&', 370)), '370 operators'],
])('a policy that Cedar can’t evaluate fails at synth: %s', (_, text, why) => {
  expect(tooDeep(text)).toContain(why);
  expect(validatePolicies(text, {})).toEqual([expect.stringContaining(why)]);
});

test.each([
  ['many policies', permit(chain('&&', 90)).repeat(20)],
  ['operators in a string', permit(`context.text == "${'&& '.repeat(500)}"`)],
  ['operators in a comment', `// ${'&& '.repeat(500)}\n${permit('true')}`],
  [
    'a list of negative numbers',
    permit(`[${Array.from({ length: 300 }, (_, i) => -i - 1).join(', ')}].contains(context.a)`),
  ],
  ['a long list', permit(`[${Array(2000).fill('1').join(', ')}].contains(context.a)`)],
])('%s is no depth', (_, text) => {
  expect(tooDeep(text)).toBeUndefined();
});

test('what is accepted at the limit, Cedar evaluates', () => {
  for (const when of [
    chain('&&', 100),
    `${'('.repeat(28)}context.a == 1${')'.repeat(28)}`,
    `${'!('.repeat(28)}context.a == 2${')'.repeat(28)}`,
  ]) {
    expect(tooDeep(permit(when))).toBeUndefined();
    const answer = isAuthorized({
      principal: { type: 'User', id: 'a' },
      action: { type: 'Action', id: 'a' },
      resource: { type: 'Thing', id: 'a' },
      context: { a: 1 },
      policies: { staticPolicies: { p: permit(when).replace('@id("p") ', '') } },
      entities: [],
    });
    expect(answer.type).toBe('success');
  }
});

test('a comment ends at a carriage return too, as Cedar and the splitter of policies read it', () => {
  expect(tooDeep(`// a comment\r${permit(chain('&&', 370))}`)).toContain('370 operators');
});

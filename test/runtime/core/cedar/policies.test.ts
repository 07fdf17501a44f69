import { allowPolicy } from '../../../../runtime/core/cedar/policies';

const allowed = (when: string) => allowPolicy({ id: 'allow-refund-1', tool: 'refund', connector: 'Tickets', when });

test.each([
  ['that is empty', ' ', 'it is empty'],
  ['that Cedar can’t parse', 'context.args.x <', /Cedar can't parse it \(unexpected token `}`, expected .*number/],
  ['with one = too few', 'context.args.x = 1', "Cedar can't parse it ('=' is not a valid operator in Cedar"],
  ['that hides the end of its clause', 'true // ', 'it contains //, and a comment could hide'],
  ['that closes its clause', 'true }; permit (principal, action, resource) when { true', 'it contains }'],
  ['that ends its policy', 'true;', 'it contains ;'],
  ['with a record', 'context.args == {x: 1}', /it contains \{.* put the policy in a file for CedarPolicies/],
])('a condition %s is refused for that reason', (_, when, reason) => {
  expect(() => allowed(when)).toThrow(/^The condition of "allow-refund-1" isn't one Cedar expression: /);
  expect(() => allowed(when)).toThrow(reason);
});

test('a condition may hold marks in its texts', () => {
  expect(allowed('context.args.s == "a; {//}"')).toContain('when { context.args.s == "a; {//}" };');
});

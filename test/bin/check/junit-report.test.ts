import { junitReport } from '../../../bin/check/junit-report';
import { RULES } from '../../../lib/checks/rules';
import { AGENT, reportOf } from './check-report';

const xml = (templates: { readonly [name: string]: string }, request = {}) =>
  junitReport(reportOf(templates, request).report).join('\n');

const count = (text: string, pattern: RegExp) => text.match(pattern)?.length ?? 0;

test('each finding is a failed test with its place, each rule that holds a passed one, and the numbers are right', () => {
  const text = xml({ 'app.yaml': AGENT });
  const { findings } = reportOf({ 'app.yaml': AGENT }).report;
  const failing = findings.filter(({ severity }) => severity !== 'warning').length;
  expect(failing).toBeGreaterThan(2);
  expect(count(text, /<failure /g)).toBe(failing);
  expect(count(text, /<testcase [^>]*\/>/g)).toBe(
    RULES.length - new Set(findings.map(({ ruleId }) => ruleId.split('[')[0])).size,
  );
  expect(text).toContain(
    `<testsuite name="hardened-agent check" tests="${count(text, /<testcase /g)}" failures="${failing}"`,
  );
  expect(text).toMatch(
    /<testcase classname="app\.yaml" name="LeastPrivilegeNoWildcard\[Action::s3:\*\]: app\.yaml#Role [^"]*" file="app\.yaml" line="12">/,
  );
});

test('what doesn’t fail is skipped: a milder severity, an acknowledgement, a known finding', () => {
  const mild = xml({ 'app.yaml': AGENT }, { failOn: 'fatal' });
  expect(count(mild, /<skipped message="error: /g)).toBeGreaterThan(2);
  const accepted = AGENT.replace(
    '  Agent:\n',
    "  Agent:\n    Metadata: {'hardened-agent:acknowledged': [{id: SecretsNoPlainText, reason: a <test>}]}\n",
  );
  expect(xml({ 'app.yaml': accepted })).toContain('because: a &lt;test&gt;"/>');
  const { findings } = reportOf({ 'app.yaml': AGENT }).report;
  const known = xml({ 'app.yaml': AGENT }, { baseline: findings.map((each) => ({ ...each, template: each.file })) });
  expect(count(known, /<skipped message="known before: /g)).toBe(
    findings.filter(({ severity }) => severity !== 'fatal').length,
  );
});

test('names in a template can’t end an attribute or an element, and control characters are shown', () => {
  const text = xml({ 'a"<b>&.yaml': AGENT.replaceAll('CRM_TOKEN', '"X\\u001b]<&\\"\\uD800_TOKEN"') });
  expect(text).toContain('classname="a&quot;&lt;b&gt;&amp;.yaml"');
  const values = [...text.matchAll(/="([^"]*)"/g)].map(([, value = '']) => value);
  expect(values.filter((value) => /[<>]|&(?!amp;|lt;|gt;|quot;)/.test(value))).toEqual([]);
  expect(text).toContain('X\\u{001b}]&lt;&amp;&quot;\ufffd_TOKEN');
  // Line feeds separate the lines of the report; XML allows no other control character.
  expect([...text].filter((character) => character < ' ' && character !== '\n')).toEqual([]);
});

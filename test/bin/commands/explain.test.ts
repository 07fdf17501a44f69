import { parse as parseYaml } from 'yaml';
import { RULES } from '../../../lib/checks/rules';
import { hardenedAgent } from '../hardened-agent-call';

const explain = async (...args: string[]) => {
  const { code, out, err } = await hardenedAgent(['explain', ...args]);
  return { code, out: out.join('\n'), err: err.join('\n') };
};

test.each(RULES)('$id is explained: what holds, why, what to write, and both templates', async (rule) => {
  const { code, out } = await explain(rule.id.toLowerCase());
  expect(code).toBe(0);
  const parts = [`${rule.id} (${rule.severity})`, rule.holds, rule.fix, rule.source, ...(rule.lists ?? [])];
  for (const part of parts) expect(out).toContain(part);
  for (const template of [rule.insecure, rule.secure]) {
    for (const line of template?.trim().split('\n') ?? []) expect(out).toContain(`    ${line}`);
  }
});

test('says how to accept a finding, in YAML that can be read back and for a CDK app', async () => {
  const { out } = await explain('SandboxTaskHardened');
  const written = out.slice(out.indexOf('    Metadata:'), out.indexOf('In a CDK app'));
  expect(parseYaml(written)).toEqual({
    Metadata: {
      'hardened-agent:acknowledged': [{ id: 'SandboxTaskHardened', reason: '…', until: '2027-06-30' }],
    },
  });
  expect(out).toContain("acknowledge({ id: 'HardenedAgentChecks::SandboxTaskHardened', reason:");
});

test('without a rule, all are listed, one a line', async () => {
  const { code, out } = await explain();
  expect(code).toBe(0);
  for (const { id, severity } of RULES) expect(out).toMatch(new RegExp(`^${id} \\(${severity}\\) +\\w`, 'm'));
  expect(out.split('\n')).toHaveLength(RULES.length + 2);
  expect(Math.max(...out.split('\n').map((line) => line.length))).toBeLessThanOrEqual(118);
});

test('--json has the same, for other programs', async () => {
  const { check, ...described } = RULES[0] as (typeof RULES)[number];
  expect(JSON.parse((await explain(described.id, '--json')).out)).toEqual(described);
  expect(JSON.parse((await explain('--json')).out)).toHaveLength(RULES.length);
});

test('a detail, as a report writes it, leads to the rule', async () => {
  expect((await explain('LeastPrivilegeNoWildcard[Action::s3:*]')).out).toMatch(/^LeastPrivilegeNoWildcard \(/);
  expect((await explain('AcknowledgementUnused')).out).toMatch(/^AcknowledgementUnused \(warning\)/);
});

test.each([
  ['LeastPrivilegeNoWildcrd', 'Did you mean LeastPrivilegeNoWildcard?'],
  ['EndpointPinned', 'Did you mean NetworkEndpointPinned?'],
  ['nothing-like-it', 'List all: npx hardened-agent explain'],
])('the unknown rule %s is refused, with the nearest one', async (id, message) => {
  const { code, err } = await explain(id);
  expect({ code, err }).toEqual({ code: 2, err: expect.stringContaining(message) });
});

import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { egressRules } from '../../lib/private/egress-rules';
import { templatesOf } from '../guard/templates';

/**
 * Suricata's own parser reads the firewall's rules. It needs Suricata 7, for example from bookworm-backports; `SURICATA` names the
 * command if it isn't on the path. Where it is missing, the tests are reported as not run.
 */
const SURICATA = process.env.SURICATA ?? 'suricata';
const installed = spawnSync(SURICATA, ['-V'], { encoding: 'utf8' }).stdout?.includes('Suricata version 7') === true;
if (!installed) {
  process.stderr.write(
    `NOT RUN: test/deep/suricata.test.ts. "${SURICATA}" isn't Suricata 7: install it, or name it with SURICATA=…\n`,
  );
}

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'suricata-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A keyword of AWS Network Firewall, which Suricata doesn't have. */
const RESOLVED_DOMAIN = / aws_route_53_resolved_domain:"[a-z0-9.-]+";/g;

/** What Suricata says about a set of rules: exit code and output. */
function parse(rules: string): { status: number | null; output: string } {
  const file = (name: string, content: string) => {
    writeFileSync(path.join(folder, name), content);
    return path.join(folder, name);
  };
  const empty = file('empty', '');
  const config = file(
    'suricata.yaml',
    `%YAML 1.1
---
vars:
  address-groups: { HOME_NET: "[10.0.0.0/8]", EXTERNAL_NET: "!$HOME_NET" }
  port-groups: { HTTP_PORTS: "80" }
app-layer: { protocols: { tls: { enabled: yes }, http: { enabled: yes }, dns: { tcp: { enabled: yes }, udp: { enabled: yes } } } }
classification-file: ${empty}
reference-config-file: ${empty}
threshold-file: ${empty}
`,
  );
  const logs = path.join(folder, 'logs');
  mkdirSync(logs, { recursive: true });
  const args = ['-T', '-c', config, '-S', file('egress.rules', rules), '-l', logs];
  const { status, stdout, stderr } = spawnSync(SURICATA, args, { encoding: 'utf8' });
  return { status, output: stdout + stderr };
}

const ours = (rules: string) => parse(rules.replace(RESOLVED_DOMAIN, ''));

/** The rules of each rule group in the templates of an app. */
function rulesOf(app: 'everything' | 'parts'): string[] {
  const templates = templatesOf(app) as {
    Resources: Record<string, { Type: string; Properties: { RuleGroup?: { RulesSource: { RulesString: string } } } }>;
  }[];
  return templates
    .flatMap(({ Resources }) => Object.values(Resources))
    .filter(({ Type }) => Type === 'AWS::NetworkFirewall::RuleGroup')
    .map(({ Properties }) => Properties.RuleGroup?.RulesSource.RulesString ?? '');
}

(installed ? describe : describe.skip)('Suricata’s parser', () => {
  test.each<[string, string[], string[]]>([
    ['one connector with one host', ['10.1.0.144/28'], ['tickets.example.com']],
    [
      'a connector in three zones',
      ['10.1.0.0/28', '10.1.0.16/28', '10.1.0.32/28'],
      ['a.example.com', 'b-1.example.org'],
    ],
    ['a host with punycode and digits', ['10.1.0.0/28'], ['xn--bcher-kva.example', '0.example.com']],
  ])('accepts the rules of %s', (_, cidrs, hostNames) => {
    const rules = egressRules([{ cidrs, hostNames }]);
    expect(rules.match(RESOLVED_DOMAIN)).toHaveLength(hostNames.length);
    expect(ours(rules)).toMatchObject({ status: 0 });
  });

  test.each(['everything', 'parts'] as const)('accepts the rules in the templates of %s', (app) => {
    const rules = rulesOf(app);
    expect(rules).toHaveLength(1);
    for (const each of rules) {
      expect(each.split('\n').filter((line) => line.startsWith('pass tls')).length).toBeGreaterThan(0);
      expect(ours(each)).toMatchObject({ status: 0 });
    }
  });

  test('does look: a misspelt keyword, a missing end and a repeated number are found', () => {
    const rules = egressRules([{ cidrs: ['10.1.0.0/28'], hostNames: ['a.example.com'] }]);
    for (const [wrong, message] of [
      [rules.replace('tls.sni', 'tls.snii'), /tls\.snii/],
      [rules.replace('rev:1;)', 'rev:1'), /rule|parse/i],
      [rules.replace('sid:1002', 'sid:1001'), /uplicate/],
    ] as const) {
      const { status, output } = ours(wrong);
      expect(status).toBe(1);
      expect(output).toMatch(message);
    }
  });

  test('knows every keyword but AWS’s own', () => {
    const { status, output } = parse(egressRules([{ cidrs: ['10.1.0.0/28'], hostNames: ['a.example.com'] }]));
    expect(status).toBe(1);
    expect(output.match(/unknown rule keyword '([^']+)'/)?.[1]).toBe('aws_route_53_resolved_domain');
  });
});

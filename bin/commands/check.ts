import { parseArgs } from 'node:util';
import { type CheckResult, checkAssembly, fails } from '../../lib/checks/check-assembly';
import type { Finding } from '../../lib/checks/rule';
import { RULES } from '../../lib/checks/rules';
import { Assembly } from '../../lib/template';
import { parseYaml } from '../../lib/template/model/yaml';
import { escapeToLine } from '../../runtime/core/display';
import { asciiJson } from '../ascii-json';
import type { CommandIo } from '../command-io';

const USAGE = `Usage: hardened-agent check <cdk.out or template> [--json]

Checks synthesized stacks, or any CloudFormation template (JSON or YAML), by the rules of HardenedAgentChecks.
Lists what is acknowledged, and why. Exit code 1 when a rule is broken or can't be proven.`;

/** `hardened-agent check`: 0 when every rule holds, 1 when one doesn't or can't be proven, 2 when there is nothing to read. */
export async function check(args: string[], io: CommandIo): Promise<number> {
  let parsed: ReturnType<typeof parse>;
  try {
    parsed = parse(args);
  } catch (error) {
    io.err(escapeToLine((error as Error).message));
    io.err(USAGE);
    return 2;
  }
  const { values, positionals } = parsed;
  if (values.help) {
    io.out(USAGE);
    return 0;
  }
  const [target] = positionals;
  if (target === undefined || positionals.length > 1) {
    io.err(USAGE);
    return 2;
  }
  let result: CheckResult;
  try {
    result = checkAssembly(Assembly.load(target, { parseYaml }));
  } catch (error) {
    io.err(escapeToLine((error as Error).message));
    return 2;
  }
  if (values.json) io.out(asciiJson(toJson(result)));
  else print(result, io);
  return fails(result) ? 1 : 0;
}

function parse(args: string[]) {
  return parseArgs({
    args,
    allowPositionals: true,
    options: { json: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
  });
}

function toJson({ findings, acknowledged }: CheckResult) {
  const shape = ({ ruleId, severity, resource, path, property, message, fix }: Finding) => ({
    ruleId,
    severity,
    resource,
    path,
    property,
    message,
    fix,
  });
  return {
    findings: findings.map(shape),
    acknowledged: acknowledged.map((finding) => ({
      ...shape(finding),
      reason: finding.reason,
      acknowledgedAt: finding.acknowledgedAt,
    })),
  };
}

function print(result: CheckResult, io: CommandIo): void {
  for (const finding of result.findings) {
    const line = finding.line === undefined ? '' : `:${finding.line}`;
    io.out(`${finding.severity === 'warning' ? '!' : '✗'} ${finding.ruleId} (${finding.severity})`);
    io.out(`    ${finding.path}  ${finding.property}`);
    io.out(`    ${finding.template}${line}`);
    io.out(`    ${finding.message}`);
    io.out(`    → ${finding.fix}`);
  }
  for (const { ruleId, path, reason } of result.acknowledged) {
    io.out(`- ${ruleId} is acknowledged`);
    io.out(`    ${path}`);
    io.out(`    because: ${reason}`);
  }
  const broken = result.findings.filter(({ severity }) => severity !== 'warning').length;
  const warnings = result.findings.length - broken;
  io.out(
    `${RULES.length} rules: ${count(broken, 'finding')}, ${count(warnings, 'warning')}, ${result.acknowledged.length} acknowledged.`,
  );
}

function count(n: number, what: string): string {
  return `${n} ${what}${n === 1 ? '' : 's'}`;
}

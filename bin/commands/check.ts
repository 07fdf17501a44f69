import { type CheckResult, checkAssembly, fails } from '../../lib/checks/check-assembly';
import type { Finding } from '../../lib/checks/rule';
import { RULES } from '../../lib/checks/rules';
import type { CommandIo } from '../command-line/command-io';
import { defineCommand } from '../command-line/define-command';
import { flag } from '../command-line/option';
import { ASSEMBLY } from './assembly-argument';

export const check = defineCommand({
  description: `Checks synthesized stacks, or any CloudFormation template, against the rules of HardenedAgentChecks.
Lists each finding with its fix, and each acknowledged finding with its reason.`,
  argument: ASSEMBLY,
  options: { json: flag('print the findings as JSON') },
  examples: [
    'hardened-agent check cdk.out',
    'hardened-agent check template.yaml other.json --json',
    'hardened-agent check -',
  ],
  exitCodes: { 0: 'every rule holds', 1: 'a rule is broken, or cannot be proven' },
  run: async ({ argument: assembly, options, io }) => {
    io.doing(`checking ${assembly.resources.length} resources against ${RULES.length} rules`);
    const result = checkAssembly(assembly);
    if (options.json) io.json(toJson(result));
    else print(result, io);
    return fails(result) ? 1 : 0;
  },
});

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
    io.out(`- acknowledged: ${ruleId}`);
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

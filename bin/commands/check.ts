import type { Severity } from '../../lib/checks/rule';
import { RULES } from '../../lib/checks/rules';
import type { Assembly } from '../../lib/template';
import { escapeToLine } from '../../runtime/core/display';
import { baselineText, readBaseline } from '../check/baseline';
import { counted } from '../check/counted';
import { FORMATS, type Format, type Written } from '../check/formats';
import { checkFor, type Report } from '../check/report';
import { ruleIds } from '../check/rule-ids';
import type { CommandIo } from '../command-line/command-io';
import { asciiJson } from '../command-line/command-io';
import { defineCommand } from '../command-line/define-command';
import { expectFolderOf, writeGivenFile } from '../command-line/given-file';
import { flag, oneOf, text } from '../command-line/option';
import { UsageError } from '../command-line/usage-error';
import { ASSEMBLY } from './assembly-argument';

const SEVERITIES: readonly Severity[] = ['fatal', 'error', 'warning'];

export const check = defineCommand({
  description: `Checks synthesized stacks, or any CloudFormation template, against the rules of HardenedAgentChecks.
Says which agents are there, then lists each finding by the path of an attack, the worst first, with its line and its
fix, and each acknowledged finding with its reason.`,
  argument: ASSEMBLY,
  options: {
    format: oneOf(Object.keys(FORMATS) as Format[], 'FORMAT', 'how the report is written'),
    json: flag('the same as --format json: one object for each place'),
    output: text('FILE', 'write the report into this file, and print it as text'),
    rule: ruleIds('run this rule only; may be given again'),
    ignore: ruleIds('leave out the findings of this rule, except fatal ones; may be given again'),
    failOn: oneOf(SEVERITIES, 'SEVERITY', 'the mildest severity that fails, by default error'),
    baseline: text('FILE', 'let the findings in this file pass, except fatal ones'),
    writeBaseline: text('FILE', 'write what is found now into this file, and pass'),
  },
  examples: [
    'hardened-agent check cdk.out',
    'hardened-agent check template.yaml other.json --json',
    'hardened-agent check template.yaml --format sarif --output findings.sarif',
    'hardened-agent check cdk.out --baseline known-findings.json --fail-on warning',
    'hardened-agent check -',
  ],
  exitCodes: {
    0: 'nothing fails: no new finding of at least the severity of --fail-on',
    1: 'a rule is broken, or cannot be proven',
  },
  run: async ({ argument: assembly, options, io }) => {
    const { output, writeBaseline, rule: only, ignore: ignored, failOn = 'error' } = options;
    const format = chosenFormat(options.format, options.json);
    for (const [file, option] of [
      [output, '--output'],
      [writeBaseline, '--write-baseline'],
    ] as const) {
      if (file !== undefined) expectFolderOf(file, option);
    }
    const baseline = options.baseline === undefined ? [] : readBaseline(options.baseline, '--baseline');
    io.doing(`checking ${assembly.resources.length} resources against ${RULES.length} rules`);
    const report = checkFor(assembly, { only, ignored, failOn, baseline });
    const isAsked = writeBaseline === undefined || output !== undefined || options.json || options.format !== undefined;
    if (isAsked) write(assembly, report, { format, output }, io);
    if (writeBaseline !== undefined) return keep(report, writeBaseline, io);
    return report.findings.some(report.fails) ? 1 : 0;
  },
});

function chosenFormat(format: Format | undefined, json: boolean): Format {
  if (!json) return format ?? 'text';
  if (format === undefined || format === 'json') return 'json';
  throw new UsageError(`--json is --format json, and --format is "${format}". Give one of them.`);
}

/** With a file, a person who reads the log of a build still sees the text. */
function write(
  assembly: Assembly,
  report: Report,
  { format, output }: { format: Format; output: string | undefined },
  io: CommandIo,
): void {
  const written = FORMATS[format](assembly, report);
  if (output !== undefined) writeGivenFile(output, textOf(written), '--output');
  print(output === undefined ? written : FORMATS.text(assembly, report), io);
}

function print(written: Written, io: CommandIo): void {
  if ('json' in written) io.json(written.json);
  else for (const line of written.lines) io.out(line);
}

function textOf(written: Written): string {
  return 'json' in written
    ? `${asciiJson(written.json)}\n`
    : written.lines.map((line) => `${escapeToLine(line)}\n`).join('');
}

/** What is fatal can't be kept as known, so it still fails. */
function keep({ findings, known }: Report, file: string, io: CommandIo): number {
  const kept = [...findings, ...known].filter(({ severity }) => severity !== 'fatal');
  const fatal = findings.length + known.length - kept.length;
  writeGivenFile(file, baselineText(kept), '--write-baseline');
  io.err(`${counted(kept.length, 'finding')} written to ${file}.`);
  if (fatal > 0) io.err(`${counted(fatal, 'fatal finding')} not: what is fatal can't be accepted.`);
  return fatal > 0 ? 1 : 0;
}

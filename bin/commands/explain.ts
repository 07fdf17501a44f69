import { UNUSED_ACKNOWLEDGEMENT } from '../../lib/checks/check-assembly';
import type { Rule } from '../../lib/checks/rule';
import { RULES } from '../../lib/checks/rules';
import { knownId } from '../check/rule-ids';
import { commandHint } from '../command-line/command-hint';
import { type ArgumentDefinition, defineCommand } from '../command-line/define-command';
import { flag } from '../command-line/option';

const RULE: ArgumentDefinition<string | undefined> = {
  name: 'RULE',
  description: 'the id of a rule; without it, all rules are listed',
  optional: true,
  // As a report prints it, with its detail.
  read: (given) => knownId(given.replace(/\[.*$/s, ''), 'RULE'),
};

export const explain = defineCommand({
  description: `Explains a rule of "check": what must hold, why, what to write instead, its ids in published lists, and a
template that breaks it and one that keeps it. Lists the rules without one.`,
  argument: RULE,
  options: { json: flag('print as JSON') },
  examples: ['hardened-agent explain', 'hardened-agent explain LeastPrivilegeNoWildcard'],
  exitCodes: { 0: 'explained', 1: 'never' },
  run: async ({ argument: id, options, io }) => {
    const rule = RULES.find((each) => each.id === id);
    if (options.json) {
      io.json(rule === undefined ? RULES.map(toJson) : toJson(rule));
      return 0;
    }
    const lines = rule !== undefined ? explained(rule) : id === UNUSED_ACKNOWLEDGEMENT ? UNUSED : everyRule();
    for (const line of lines) io.out(line);
    return 0;
  },
});

function toJson({ check, ...described }: Rule): Omit<Rule, 'check'> {
  return described;
}

const UNUSED = [
  `${UNUSED_ACKNOWLEDGEMENT} (warning)`,
  '',
  'Every acknowledgement answers for a finding: another one would hide the next mistake.',
  '',
  'Fix: Remove the acknowledgement.',
];

function everyRule(): string[] {
  const width = Math.max(...RULES.map(({ id, severity }) => id.length + severity.length));
  return [
    ...RULES.map(({ id, severity, holds }) =>
      shortened(`${`${id} (${severity})`.padEnd(width + 3)}  ${firstSentence(holds)}`),
    ),
    '',
    `More about one: ${commandHint('explain', RULES[0]?.id ?? '')}`,
  ];
}

/** Width of a line, in characters. */
const WIDTH = 118;

/** One line for each rule, so that the list can be read at a glance. */
function shortened(line: string): string {
  return line.length <= WIDTH ? line : `${line.slice(0, WIDTH - 2).replace(/\s+\S*$/, '')} …`;
}

function firstSentence(text: string): string {
  const [sentence = text] = /^.*?\.(?=\s[A-Z]|$)/.exec(text) ?? [];
  return sentence;
}

function explained({ id, severity, holds, source, fix, lists, insecure, secure }: Rule): string[] {
  return [
    `${id} (${severity})`,
    '',
    holds,
    '',
    `Fix: ${fix}`,
    `Why: ${source}`,
    `In published lists: ${lists.join(', ')}`,
    ...example('Breaks it:', insecure),
    ...example('Keeps it:', secure),
    '',
    ...accepting(id, severity),
  ];
}

function example(title: string, template: string): string[] {
  const lines = template.trim().split('\n');
  return ['', title, ...lines.map((line) => `    ${line}`)];
}

/** The id has the detail that the report prints. A plain scalar of YAML ends at some of a detail's signs, so it is quoted. */
function accepting(id: string, severity: Rule['severity']): string[] {
  return [
    ...ACCEPTING[severity],
    'To accept it, write a reason into the resource, with the id as the report prints it:',
    '    Metadata:',
    '      hardened-agent:acknowledged:',
    `        - { id: '${id}', reason: '…', until: 2027-06-30 }`,
    'In a CDK app, on the narrowest construct:',
    `    Validations.of(construct).acknowledge({ id: 'HardenedAgentChecks::${id}', reason: '… (until 2027-06-30)' });`,
  ];
}

const ACCEPTING: { readonly [severity in Rule['severity']]: readonly string[] } = {
  fatal: ["On what is of a runtime of this library, it is fatal and can't be accepted. Anywhere else it is an error."],
  error: [],
  warning: ['It fails no run, unless --fail-on warning.'],
};

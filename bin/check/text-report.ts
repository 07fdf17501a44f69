import type { Rule } from '../../lib/checks/rule';
import type { Assembly, Resource } from '../../lib/template';
import { commandHint } from '../command-line/command-hint';
import { type AttackPath, ruleOf } from './attack-paths';
import { counted } from './counted';
import type { Report } from './report';
import type { ReportedFinding } from './reported-finding';
import { resourceKeyOf } from './resource-key';
import { snippetFor } from './snippet';
import { inventoryLine } from './what-is-there';

/** Places of one message, and other lines of one kind, that are listed. The other formats list all. */
const LISTED = 5;

/** Width of a sentence, in characters. */
const WIDTH = 118;

type Group = readonly [ReportedFinding, ...ReportedFinding[]];

/** The report for a person: what is there, the worst path of attack first, the verdict last. */
export function textReport(assembly: Assembly, report: Report): string[] {
  const writer = new FindingWriter(assembly, report.rules);
  const paths = report.paths.flatMap((path) => [
    ...headingOf(path, report.paths),
    ...writer.blocksOf(path.findings),
    '',
  ]);
  return [
    inventoryLine(report.there),
    ...(paths.length === 0 ? [] : ['', ...paths]),
    ...acknowledgements(report),
    ...verdict(report),
  ];
}

/** `queue Tickets → Lambda agent Triage → s3:* on any bucket`. Without any agent, the findings need no heading. */
function headingOf({ steps }: AttackPath, all: readonly AttackPath[]): string[] {
  if (steps.length > 0) return [...wrapped(steps.join(' → '), '', '    ')];
  return all.length > 1 ? ['On no agent’s path'] : [];
}

/** Writes findings. What to do about a rule is written once. */
class FindingWriter {
  private readonly rules: ReadonlyMap<string, Rule>;
  private readonly resources: ReadonlyMap<string, Resource>;
  private readonly told = new Set<string>();

  constructor(assembly: Assembly, rules: readonly Rule[]) {
    this.rules = new Map(rules.map((rule) => [rule.id, rule]));
    this.resources = new Map(assembly.resources.map((resource) => [resource.key, resource]));
  }

  /** One block for each rule. What to do is said at the first. */
  blocksOf(findings: readonly ReportedFinding[]): string[] {
    const alike = grouped(findings, (finding) => `${finding.severity} ${ruleOf(finding)}`);
    return [...alike.values()].flatMap((each) => this.blockOf(each));
  }

  private blockOf(alike: Group): string[] {
    const [first] = alike;
    const mark = first.severity === 'warning' ? '!' : '✗';
    const number = alike.length === 1 ? '' : `, ${alike.length} findings`;
    return [
      `  ${mark} ${ruleOf(first)} (${first.severity})${number}`,
      ...this.placesOf(alike),
      ...idsOf(alike),
      ...this.remedyOf(first),
    ];
  }

  /** Under each message its places, or under each place its messages: what is shorter. */
  private placesOf(alike: Group): string[] {
    const byMessage = grouped(alike, ({ message }) => message);
    const byPlace = grouped(alike, (finding) => `${placeOf(finding)}  ${this.nameOf(finding)}`);
    const messageFirst = byMessage.size <= byPlace.size;
    const groups = messageFirst ? byMessage : byPlace;
    return [...groups].flatMap(([title, group]) => {
      // Two possible values of one property can be wrong in the same way.
      const details = [
        ...new Set(group.map((each) => (messageFirst ? `${placeOf(each)}  ${this.nameOf(each)}` : each.message))),
      ];
      const more = details.length - LISTED;
      return [
        ...(messageFirst ? wrapped(title, '      ', '      ') : [`      ${title}`]),
        ...details
          .slice(0, LISTED)
          .flatMap((text) => (messageFirst ? [`        ${text}`] : wrapped(text, '        ', '        '))),
        ...(more > 0 ? [`        … and ${more} more`] : []),
      ];
    });
  }

  private nameOf({ path, template, resource, property }: ReportedFinding): string {
    if (resource === '') return property;
    return `${path === resourceKeyOf({ template, resource }) ? resource : path}  ${property}`;
  }

  private remedyOf(finding: ReportedFinding): string[] {
    const { fix, property } = finding;
    const told = `${ruleOf(finding)} ${fix}`;
    if (this.told.has(told)) return [];
    this.told.add(told);
    const rule = this.rules.get(ruleOf(finding));
    const snippet = snippetFor(this.resources.get(resourceKeyOf(finding)), property, rule);
    return [...wrapped(fix, '      → ', '        '), ...snippet.map((line) => `        | ${line}`)];
  }
}

/** A detail is a part of the id to acknowledge, and long. */
function idsOf(alike: Group): string[] {
  const ids = [...new Set(alike.map(({ ruleId }) => ruleId))].filter((id) => id.includes('['));
  const more = ids.length - LISTED;
  return [
    ...ids.slice(0, LISTED).map((id) => `      to acknowledge: ${id}`),
    ...(more > 0 ? [`      … and ${more} more ids`] : []),
  ];
}

function placeOf({ file, line, column }: ReportedFinding): string {
  if (line === undefined) return file;
  return `${file}:${line}${column === undefined ? '' : `:${column}`}`;
}

function acknowledgements({ acknowledged }: Report): string[] {
  return [
    ...grouped(acknowledged, ({ ruleId, acknowledgedAt, reason }) => `${ruleId} ${acknowledgedAt} ${reason}`).values(),
  ].flatMap(([{ ruleId, acknowledgedAt, reason }, ...others]) => [
    `- acknowledged: ${ruleId}${others.length === 0 ? '' : `, ${others.length + 1} places`}`,
    `    ${acknowledgedAt}`,
    ...wrapped(`because: ${reason}`, '    ', '      '),
  ]);
}

function verdict(report: Report): string[] {
  const { rules, findings, acknowledged, known, stale, ignored } = report;
  const broken = findings.filter(({ severity }) => severity !== 'warning').length;
  const numbers = [
    counted(broken, 'finding'),
    counted(findings.length - broken, 'warning'),
    `${acknowledged.length} acknowledged`,
    ...(known.length === 0 ? [] : [`${known.length} known before`]),
  ];
  return [
    `${counted(rules.length, 'rule')}: ${numbers.join(', ')}.`,
    ...[...ignored].map(([id, found]) => `Ignored: ${id}, ${counted(found, 'finding')}.`),
    ...(stale.length === 0 ? [] : staleLines(report)),
    ...hint(report),
  ];
}

/** Somebody who mended a finding wants it out of the baseline: otherwise it could come back unseen. */
function staleLines({ stale }: Report): string[] {
  const more = stale.length - LISTED;
  return [
    `${counted(stale.length, 'entry')} of the baseline ${stale.length === 1 ? 'is' : 'are'} no longer found. Write the baseline again, so that they can't come back unseen:`,
    ...stale.slice(0, LISTED).map(({ ruleId, template, resource }) => `    ${ruleId}  ${template}  ${resource}`),
    ...(more > 0 ? [`    … and ${more} more`] : []),
  ];
}

function hint({ paths }: Report): string[] {
  const first = paths[0]?.findings[0];
  if (first === undefined) return [];
  return [`Why a rule holds, and how to write it: ${commandHint('explain', ruleOf(first))}`];
}

function grouped<Item>(items: readonly Item[], keyOf: (item: Item) => string): Map<string, [Item, ...Item[]]> {
  const groups = new Map<string, [Item, ...Item[]]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group === undefined) groups.set(keyOf(item), [item]);
    else group.push(item);
  }
  return groups;
}

/** A text in lines of at most the width, broken at spaces. */
function wrapped(text: string, first: string, next: string): string[] {
  const lines: string[] = [];
  let line = first;
  let isEmpty = true;
  for (const word of text.split(' ')) {
    if (!isEmpty && line.length + 1 + word.length > WIDTH) {
      lines.push(line);
      line = next;
      isEmpty = true;
    }
    line += isEmpty ? word : ` ${word}`;
    isEmpty = false;
  }
  return [...lines, line];
}

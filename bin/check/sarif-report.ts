import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Rule, Severity } from '../../lib/checks/rule';
import { version } from '../../package.json';
import { ruleOf, stepsByFinding } from './attack-paths';
import type { Report } from './report';
import type { ReportedFinding } from './reported-finding';
import { PROJECT_URL, pageOf } from './rule-pages';
import { STANDARD_INPUT } from './shown-file';

const LEVELS = { fatal: 'error', error: 'error', warning: 'warning' } as const;

/** GitHub shows 9.0 and more as critical, 7.0 as high, 4.0 as medium. */
const SECURITY_SEVERITY: { readonly [severity in Severity]: string } = { fatal: '9.0', error: '7.5', warning: '4.0' };

/** What a rule of this report is described by. A finding that no rule has, an unused acknowledgement, describes itself. */
type Described = Pick<Rule, 'id' | 'severity' | 'holds' | 'fix'> & Partial<Rule>;

/**
 * The findings in the Static Analysis Results Interchange Format, as GitHub code scanning reads it. What was acknowledged, ignored or
 * known before isn't in it: GitHub would open an alert for each.
 *
 * Source: OASIS SARIF 2.1.0; GitHub Docs, "SARIF support for code scanning": the members that it reads.
 */
export function sarifReport({ rules, findings, paths }: Report) {
  const steps = stepsByFinding(paths);
  const described = describedRules(rules, findings);
  const indexes = new Map(described.map(({ id }, index) => [id, index]));
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'hardened-agent',
            informationUri: PROJECT_URL,
            semanticVersion: version,
            rules: described.map(descriptorOf),
          },
        },
        columnKind: 'utf16CodeUnits',
        results: findings.map((finding) => ({
          ruleId: ruleOf(finding),
          ruleIndex: indexes.get(ruleOf(finding)),
          level: LEVELS[finding.severity],
          message: { text: textOf(finding, steps.get(finding) ?? []) },
          locations: [locationOf(finding)],
          // GitHub compares the first. It stays the same when lines move.
          partialFingerprints: {
            primaryLocationLineHash: finding.fingerprint,
            'hardenedAgentFinding/v1': finding.fingerprint,
          },
          properties: { id: finding.ruleId, property: finding.property, fix: finding.fix },
        })),
      },
    ],
  };
}

function describedRules(rules: readonly Rule[], findings: readonly ReportedFinding[]): readonly Described[] {
  const known = new Set(rules.map(({ id }) => id));
  const others = findings.filter((finding) => !known.has(ruleOf(finding)));
  const byId = new Map(others.map((finding) => [ruleOf(finding), finding]));
  return [...rules, ...[...byId].map(([id, { severity, fix }]) => ({ id, severity, holds: fix, fix }))];
}

function descriptorOf(rule: Described) {
  const { id, severity, holds, fix, source, pillar, lists = [] } = rule;
  return {
    id,
    name: id,
    shortDescription: { text: holds },
    fullDescription: { text: source === undefined ? holds : `${holds} Source: ${source}` },
    helpUri: pageOf(rule),
    help: { text: fix, markdown: markdownOf(rule) },
    defaultConfiguration: { level: LEVELS[severity] },
    properties: {
      'security-severity': SECURITY_SEVERITY[severity],
      precision: 'high',
      tags: ['security', ...(pillar === undefined ? [] : [pillar]), ...lists],
    },
  };
}

function markdownOf({ holds, fix, source, insecure, secure }: Described): string {
  const example = (title: string, text: string | undefined) =>
    text === undefined ? [] : [`${title}:`, `\`\`\`yaml\n${text.trim()}\n\`\`\``];
  return [
    holds,
    `**What to write instead:** ${fix}`,
    ...(source === undefined ? [] : [`Source: ${source}`]),
    ...example('Breaks the rule', insecure),
    ...example('Keeps it', secure),
  ].join('\n\n');
}

function textOf({ message, path: construct, property, fix }: ReportedFinding, steps: readonly string[]): string {
  const attack = steps.length === 0 ? [] : [`Path of attack: ${steps.join(' → ')}.`];
  return [`${construct} ${property}: ${message}.`, ...attack, fix].join('\n');
}

function locationOf({ file, line, column, path: construct }: ReportedFinding) {
  return {
    physicalLocation: {
      artifactLocation: uriOf(file),
      region: { startLine: line ?? 1, ...(column === undefined ? {} : { startColumn: column }) },
    },
    logicalLocations: [{ fullyQualifiedName: construct, kind: 'resource' }],
  };
}

/** Relative to the folder in which the command runs, which should be the repository's root. */
function uriOf(file: string): { uri: string; uriBaseId?: string } {
  if (file === STANDARD_INPUT) return { uri: 'standard-input' };
  if (path.isAbsolute(file)) return { uri: pathToFileURL(file).href };
  return { uri: file.split('/').map(encodeURIComponent).join('/'), uriBaseId: '%SRCROOT%' };
}

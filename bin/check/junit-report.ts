import { escapeToLine } from '../../runtime/core/display';
import { ruleOf } from './attack-paths';
import type { Report } from './report';
import type { ReportedAcknowledgement, ReportedFinding } from './reported-finding';

/**
 * The report in the XML of JUnit, which most build servers read: a test for each rule that holds, and one for each finding. A finding
 * that doesn't fail the run is a skipped test, with its message.
 */
export function junitReport(report: Report): string[] {
  const { rules, findings, acknowledged, known } = report;
  const cases = [
    ...findings.map((finding) => caseOf(finding, outcomeOf(finding, report.fails(finding)))),
    ...acknowledged.map((finding) => caseOf(finding, skipped(`acknowledged: ${reasonOf(finding)}`))),
    ...known.map((finding) => caseOf(finding, skipped(`known before: ${finding.message}`))),
  ];
  const broken = new Set([...findings, ...acknowledged, ...known].map(ruleOf));
  const holding = rules.filter(({ id }) => !broken.has(id));
  const failures = findings.filter(report.fails).length;
  const tests = cases.length + holding.length;
  const numbers = `tests="${tests}" failures="${failures}" errors="0" skipped="${cases.length - failures}"`;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="hardened-agent check" ${numbers}>`,
    `  <testsuite name="hardened-agent check" ${numbers}>`,
    ...cases.flat(),
    ...holding.map(({ id, pillar }) => `    <testcase classname="hardened-agent.${pillar}" name="${id}"/>`),
    '  </testsuite>',
    '</testsuites>',
  ];
}

function caseOf(finding: ReportedFinding, outcome: readonly string[]): string[] {
  const { ruleId, path, property, file, line } = finding;
  const name = xml(`${ruleId}: ${path} ${property}`.trim());
  const place = `file="${xml(file)}"${line === undefined ? '' : ` line="${line}"`}`;
  return [
    `    <testcase classname="${xml(file)}" name="${name}" ${place}>`,
    ...outcome.map((text) => `      ${text}`),
    '    </testcase>',
  ];
}

function outcomeOf({ severity, message, file, line, fix }: ReportedFinding, fails: boolean): string[] {
  if (!fails) return skipped(`${severity}: ${message}`);
  const place = `${file}${line === undefined ? '' : `:${line}`}`;
  return [`<failure type="${severity}" message="${xml(message)}">${xml(`${place}: ${message}. ${fix}`)}</failure>`];
}

function skipped(message: string): string[] {
  return [`<skipped message="${xml(message)}"/>`];
}

function reasonOf({ reason, message }: ReportedAcknowledgement): string {
  return `${message}, because: ${reason}`;
}

/** XML has no way to write most control characters, so they are shown as escapes. */
function xml(text: string): string {
  const written: { readonly [character: string]: string } = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
  return escapeToLine(text.toWellFormed())
    .replace(/[\t\r\ufffe\uffff]/g, ' ')
    .replace(/[&<>"]/g, (character) => written[character] ?? character);
}

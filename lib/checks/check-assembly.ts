import { type Assembly, Resource } from '../template';
import { type Acknowledgement, acknowledgementsOf } from './acknowledgement';
import { isOfRuntime } from './facts/runtime-resources';
import type { Finding, Offence, Rule, Severity } from './rule';
import { RULES } from './rules';

/** A finding that was acknowledged. */
export interface AcknowledgedFinding extends Finding {
  readonly reason: string;
  /** Path of the construct on which it was acknowledged. */
  readonly acknowledgedAt: string;
}

/** The result of the rules for an app. */
export interface CheckResult {
  readonly findings: readonly Finding[];
  readonly acknowledged: readonly AcknowledgedFinding[];
}

/** Rule id for acknowledgements without a finding: they would hide the next mistake. */
export const UNUSED_ACKNOWLEDGEMENT = 'AcknowledgementUnused';

/**
 * Runs the rules over an app. A rule that throws becomes a finding and doesn't stop the others.
 *
 * @param rules @default every rule
 * @param today YYYY-MM-DD, for acknowledgements that end. @default the day in UTC
 */
export function checkAssembly(
  assembly: Assembly,
  rules: readonly Rule[] = RULES,
  today = new Date().toISOString().slice(0, 10),
): CheckResult {
  const findings: Finding[] = [];
  const acknowledged: AcknowledgedFinding[] = [];
  const used = new Set<string>();
  for (const rule of rules) {
    for (const offence of offencesOf(rule, assembly)) {
      const finding = toFinding(rule, offence, severityOf(rule, assembly, offence));
      const answer = answerTo(finding, offence);
      if (answer === undefined) {
        findings.push(finding);
        continue;
      }
      used.add(keyOfUse(answer));
      const refusal = refusalOf(finding, answer, today);
      if (refusal === undefined) acknowledged.push({ ...finding, reason: answer.reason, acknowledgedAt: answer.at });
      // Fatal, because CDK would suppress an acknowledged error even when the acknowledgement is refused.
      else findings.push({ ...finding, severity: 'fatal', message: `${finding.message} (${refusal})` });
    }
  }
  return { findings: [...findings, ...unused(assembly, used)], acknowledged };
}

/** True when the findings fail a run. */
export function fails(result: CheckResult): boolean {
  return result.findings.some(({ severity }) => severity !== 'warning');
}

function offencesOf(rule: Rule, assembly: Assembly): readonly Offence[] {
  const offences: Offence[] = [];
  // Where a condition leaves a choice open, a policy is judged once for each way to choose, with the same words for what is the same.
  const said = new Set<string>();
  try {
    // One at a time: the offences before an exception count.
    for (const offence of rule.check(assembly)) {
      const { resource, property, message, detail } = offence;
      const key = JSON.stringify([
        resource instanceof Resource ? resource.key : resource.name,
        property,
        message,
        detail,
      ]);
      if (!said.has(key)) offences.push(offence);
      said.add(key);
    }
  } catch (error) {
    const [template] = assembly.templates;
    if (template === undefined) return offences;
    const message = `can't be proven: the rule failed (${(error as Error).message})`;
    offences.push({ resource: template, property: '', message });
  }
  return offences;
}

/** `fatal` only for what is of a runtime that this library makes: nobody else chose the rule, so anybody else may answer for it. */
function severityOf({ severity }: Rule, assembly: Assembly, { resource, severity: less }: Offence): Severity {
  if (less !== undefined) return less;
  return severity === 'fatal' && !isOfRuntime(assembly, resource) ? 'error' : severity;
}

function toFinding(rule: Rule, { resource, property, message, detail }: Offence, severity: Severity): Finding {
  return {
    ruleId: detail === undefined ? rule.id : `${rule.id}[${idPart(detail)}]`,
    severity,
    resource: resource instanceof Resource ? resource.logicalId : '',
    path: pathOf(resource),
    ...placeOf(resource, property),
    property,
    message,
    fix: rule.fix,
  };
}

function placeOf(resource: Offence['resource'], property: string): Pick<Finding, 'template' | 'line' | 'column'> {
  if (resource instanceof Resource) return { template: resource.template.name, ...resource.placeOf(property) };
  // A key that is written twice has no path of its own.
  const [, line] = /^line (\d+)$/.exec(property) ?? [];
  return { template: resource.name, ...(line === undefined ? resource.placeOf(property) : { line: Number(line) }) };
}

function pathOf(resource: Offence['resource']): string {
  if (!(resource instanceof Resource)) return resource.name;
  return resource.path === resource.logicalId ? resource.key : resource.path;
}

/** The detail as CDK writes ids: dashes in place of spaces, and no unbalanced brackets. */
function idPart(detail: string): string {
  const spelled = detail.replaceAll(' ', '-');
  const open: string[] = [];
  for (const character of spelled) {
    const at = '([{'.indexOf(character);
    if (at >= 0) open.push(')]}'[at] ?? '');
    else if (')]}'.includes(character) && open.pop() !== character) return spelled.replace(/[()[\]{}]/g, '');
  }
  return open.length === 0 ? spelled : spelled.replace(/[()[\]{}]/g, '');
}

function answerTo({ ruleId }: Finding, { resource }: Offence): Acknowledgement | undefined {
  return acknowledgementsOf(resource).find(({ id }) => id === ruleId);
}

function refusalOf({ severity }: Finding, { reason, until }: Acknowledgement, today: string): string | undefined {
  if (severity === 'fatal') return 'this rule can’t be acknowledged here, on a resource of a runtime';
  if (reason === '') return 'its acknowledgement gives no reason';
  if (until === undefined) return undefined;
  if (!isDay(until)) return 'its acknowledgement ends on no day: write until as YYYY-MM-DD';
  // Both are written alike, so that their order as texts is the order in time.
  return until < today ? `its acknowledgement ended on ${until}` : undefined;
}

function isDay(text: string): boolean {
  const time = Date.parse(`${text}T00:00:00Z`);
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
}

function keyOfUse({ id, at }: Acknowledgement): string {
  return `${id} at ${at}`;
}

/** One warning for each acknowledgement without a finding on any of its resources, or on its template. */
function* unused(assembly: Assembly, used: Set<string>): Generator<Finding> {
  const seen = new Set(used);
  for (const resource of [...assembly.templates, ...assembly.resources]) {
    for (const acknowledgement of acknowledgementsOf(resource)) {
      const key = keyOfUse(acknowledgement);
      if (seen.has(key)) continue;
      seen.add(key);
      yield {
        ruleId: UNUSED_ACKNOWLEDGEMENT,
        severity: 'warning',
        resource: resource instanceof Resource ? resource.logicalId : '',
        path: acknowledgement.at,
        ...placeOf(resource, 'Metadata'),
        property: 'Metadata',
        message: `${acknowledgement.id} is acknowledged, but nothing here breaks it`,
        fix: 'Remove the acknowledgement: it would hide the next mistake.',
      };
    }
  }
}

import { checkAssembly, UNUSED_ACKNOWLEDGEMENT } from '../../lib/checks/check-assembly';
import type { Finding, Rule, Severity } from '../../lib/checks/rule';
import { RULES } from '../../lib/checks/rules';
import type { Assembly } from '../../lib/template';
import { type AttackPath, attackPathsOf, ruleOf } from './attack-paths';
import { type BaselineEntry, staleEntries } from './baseline';
import { withFingerprints } from './fingerprint';
import type { ReportedAcknowledgement, ReportedFinding } from './reported-finding';
import { shownFiles } from './shown-file';
import { type Inventory, inventoryOf } from './what-is-there';

/** What was asked of a check. */
export interface CheckRequest {
  /** Ids of the rules that run. Empty: all. */
  readonly only: readonly string[];
  readonly ignored: readonly string[];
  /** The mildest severity that fails the run. */
  readonly failOn: Severity;
  /** What was known before. */
  readonly baseline: readonly BaselineEntry[];
}

/** Everything that a check found, before anything is written. */
export interface Report {
  readonly rules: readonly Rule[];
  readonly there: Inventory;
  /** Neither acknowledged, nor ignored, nor known. */
  readonly findings: readonly ReportedFinding[];
  /** The same findings, by the agents that they concern, the worst first. */
  readonly paths: readonly AttackPath<ReportedFinding>[];
  readonly acknowledged: readonly ReportedAcknowledgement[];
  /** In the baseline. */
  readonly known: readonly ReportedFinding[];
  /** Entries of the baseline that fit nothing any more. */
  readonly stale: readonly BaselineEntry[];
  /** Findings of ignored rules, by rule; none where the rule found nothing. */
  readonly ignored: ReadonlyMap<string, number>;
  readonly fails: (finding: Pick<Finding, 'severity'>) => boolean;
}

const ORDER: readonly Severity[] = ['warning', 'error', 'fatal'];

/** Runs the rules. A fatal finding is never ignored or known: the other protections depend on it. */
export function checkFor(assembly: Assembly, { only, ignored, failOn, baseline }: CheckRequest): Report {
  // Whether an acknowledgement is unused is known only after every rule.
  const runsAll = only.length === 0 || only.includes(UNUSED_ACKNOWLEDGEMENT);
  const rules = runsAll ? RULES : RULES.filter(({ id }) => only.includes(id));
  const wanted = (finding: Finding) => only.length === 0 || only.includes(ruleOf(finding));
  const result = checkAssembly(assembly, rules);
  const files = shownFiles(assembly);
  const inFile = <Of extends Finding>(finding: Of) => ({
    ...finding,
    file: files.get(finding.template) ?? finding.template,
  });
  const all = withFingerprints(result.findings.filter(wanted).map(inFile));
  const isIgnored = (finding: Finding) => finding.severity !== 'fatal' && ignored.includes(ruleOf(finding));
  const heeded = all.filter((finding) => !isIgnored(finding));
  const fingerprints = new Set(baseline.map(({ fingerprint }) => fingerprint));
  const isKnown = ({ severity, fingerprint }: ReportedFinding) => severity !== 'fatal' && fingerprints.has(fingerprint);
  const findings = heeded.filter((finding) => !isKnown(finding));
  const checkedFiles = new Set(files.values());
  const ran = new Set(
    (runsAll ? [...rules.map(({ id }) => id), UNUSED_ACKNOWLEDGEMENT] : only).filter((id) => !ignored.includes(id)),
  );
  return {
    rules,
    there: inventoryOf(assembly, all),
    findings,
    paths: attackPathsOf(assembly, findings, rules),
    acknowledged: withFingerprints(result.acknowledged.filter(wanted).map(inFile)),
    known: heeded.filter(isKnown),
    stale: staleEntries(
      baseline,
      new Set(all.map(({ fingerprint }) => fingerprint)),
      (entry) => checkedFiles.has(entry.template) && ran.has(ruleOf(entry)),
    ),
    ignored: timesOf(all.filter(isIgnored).map(ruleOf)),
    fails: ({ severity }) => ORDER.indexOf(severity) >= ORDER.indexOf(failOn),
  };
}

function timesOf(names: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}

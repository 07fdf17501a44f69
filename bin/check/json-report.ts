import { stepsByFinding } from './attack-paths';
import type { Report } from './report';
import type { ReportedFinding } from './reported-finding';

/** The report as data: one object for each place. */
export function jsonReport({ there, findings, paths, acknowledged, known, stale, ignored, rules }: Report) {
  const steps = stepsByFinding(paths);
  return {
    agents: Object.fromEntries(there.agents),
    possibleAgents: there.possibleAgents,
    unproven: there.unproven,
    rules: rules.map(({ id }) => id),
    findings: findings.map((finding) => ({ ...shapeOf(finding), attackPath: steps.get(finding) ?? [] })),
    acknowledged: acknowledged.map((finding) => ({
      ...shapeOf(finding),
      reason: finding.reason,
      acknowledgedAt: finding.acknowledgedAt,
    })),
    known: known.map(shapeOf),
    stale,
    ignored: Object.fromEntries(ignored),
  };
}

function shapeOf(finding: ReportedFinding) {
  const { ruleId, severity, resource, path, file, line, column, property, message, fix, fingerprint } = finding;
  return { ruleId, severity, template: file, line, column, resource, path, property, message, fix, fingerprint };
}

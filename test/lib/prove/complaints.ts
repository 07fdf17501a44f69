import { prove } from '../../../lib/prove/claims';
import { explain } from '../../../lib/prove/explain';
import type { Assembly } from '../../../lib/template';

/** Everything that speaks against an app: findings, broken claims, and paths without a reason. */
export function complaints(assembly: Assembly): string[] {
  const { claims, paths, parts, checked } = prove(assembly);
  return [
    ...checked.findings
      .filter(({ severity }) => severity !== 'warning')
      .map(({ ruleId, path, property, message }) => `${ruleId} ${path} ${property}: ${message}`),
    ...claims.flatMap(({ id, counterExamples }) => counterExamples.map((example) => `${id}: ${example}`)),
    ...paths
      .filter((each) => explain(parts, each) === undefined)
      .map((each) => `unexplained: ${each.workload.path} → ${each.to}`),
  ];
}

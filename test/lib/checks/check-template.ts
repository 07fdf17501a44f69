import { checkAssembly } from '../../../lib/checks/check-assembly';
import type { Finding } from '../../../lib/checks/rule';
import { RULES } from '../../../lib/checks/rules';
import { Assembly } from '../../../lib/template';
import type { JsonObject } from '../../../runtime/core/contracts';

/** Findings of one rule on a template of these resources. */
export function findingsOf(ruleId: string, resources: JsonObject, around: JsonObject = {}): readonly Finding[] {
  const rule = RULES.find(({ id }) => id === ruleId);
  if (rule === undefined) throw new Error(`no rule ${ruleId}`);
  const body = { ...around, Resources: resources };
  return checkAssembly(Assembly.of({ name: 'T.template.json', body }), [rule]).findings;
}

/** The same, as `LogicalId Property: message` lines. */
export function linesOf(ruleId: string, resources: JsonObject, around: JsonObject = {}): string[] {
  return findingsOf(ruleId, resources, around).map((f) => `${f.resource} ${f.property}: ${f.message}`);
}

/** A deep copy in which the member at a path is replaced; removed if the value is undefined. */
export function changed<T extends JsonObject>(object: T, path: readonly (string | number)[], value: unknown): T {
  const copy = structuredClone(object);
  let at = copy as { [key: string | number]: unknown };
  for (const step of path.slice(0, -1)) at = at[step] as typeof at;
  const last = path[path.length - 1] as string | number;
  if (value === undefined) delete at[last];
  else at[last] = value;
  return copy;
}

/** A parameter without a default. Its value isn't known before deployment. */
export const UNKNOWN_PARAMETER = { Parameters: { Unknown: { Type: 'String' } } };

import type { JsonObject } from '../../../runtime/core/contracts';
import { linesOf, UNKNOWN_PARAMETER } from './check-template';

/** A parameter whose value isn't known before deployment. */
export const UNKNOWN: JsonObject = { Ref: 'Unknown' };

/** What one rule says of one resource, without its logical id. The parameter `Unknown` has no default. */
export function saysOf(ruleId: string, type: string, properties: object, beside: JsonObject = {}): string[] {
  const resources = { ...beside, It: { Type: type, Properties: properties as JsonObject } };
  return linesOf(ruleId, resources, UNKNOWN_PARAMETER).map((line) => line.replace(/^It /, ''));
}

/** A line that says that something isn't known. */
export const UNPROVEN: unknown = expect.stringContaining("can't be proven");

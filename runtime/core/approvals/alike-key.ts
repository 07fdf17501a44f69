import type { JsonObject, Sha256Hex, ToolManifest } from '../contracts';
import { sha256Hex } from '../digest';
import { canonicalize } from '../json/canonicalize';
import { targetValues } from '../targets/target-values';

/**
 * Names the calls of one tool that reach the same targets, however they are spelled and in whatever order. Undefined: the tool
 * declares no targets, so only the same bytes are the same call.
 */
export function alikeKey(
  { name, targets }: Pick<ToolManifest, 'name' | 'targets'>,
  args: JsonObject,
): Sha256Hex | undefined {
  if (targets.length === 0) return undefined;
  const reached = targets.map((target) => [target.pointer, [...new Set(targetValues(target, args))].sort()]);
  return sha256Hex(canonicalize([name, reached]));
}

import type { EffectName, JsonValue } from '../contracts';
import { isObject } from '../json/is-object';

/** From the least to the most. */
const ORDER: readonly EffectName[] = ['read', 'write', 'outbound', 'destructive'];

/**
 * The effect of a tool: what a person declared, or more if the server itself says more. A hint comes from whoever wrote the server, so it
 * raises an effect and never lowers it. Source: MCP 2025-11-25, "Tool annotations": they are untrusted.
 *
 * @param declared undefined: nobody declared one, so the tool counts as destructive
 * @param annotations of the server's definition; a value of the wrong type counts as the worst
 */
export function raisedEffect(declared: EffectName | undefined, annotations: JsonValue | undefined): EffectName {
  return worse(declared ?? 'destructive', hintedEffect(annotations));
}

/**
 * What the hints of a server say at least. Without hints: `read`, which raises nothing. `openWorldHint` alone doesn't make a read
 * outbound: it is true by default, for each tool that reads from a service.
 */
export function hintedEffect(annotations: JsonValue | undefined): EffectName {
  if (annotations === undefined || annotations === null) return 'read';
  if (!isObject(annotations)) return 'destructive';
  const { readOnlyHint, destructiveHint, openWorldHint } = annotations;
  const hints = [readOnlyHint, destructiveHint, openWorldHint].filter((hint) => hint !== undefined && hint !== null);
  if (destructiveHint === true || hints.some((hint) => typeof hint !== 'boolean')) return 'destructive';
  if (readOnlyHint === true) return 'read';
  if (openWorldHint === true) return 'outbound';
  return readOnlyHint === false ? 'write' : 'read';
}

/** The one of two effects that does more. */
export function worse(one: EffectName, other: EffectName): EffectName {
  return ORDER.indexOf(one) >= ORDER.indexOf(other) ? one : other;
}

import type { DeclaredIds, JsonObject, JsonValue, TargetManifest, TargetProvenance, ToolManifest } from '../contracts';
import { pointerTokens } from '../json/pointer';
import { valuesAt } from '../json/values-at';
import { nounOf } from './ids';

/** Most ids that a session keeps, and the most of one result. */
export const MAX_SESSION_IDS = 200;
const MAX_RESULT_IDS = 50;
/** Longer values aren't ids. */
const LONGEST_ID = 128;

/** What ids are of. */
export const NOUN = /^[A-Za-z][A-Za-z0-9 _-]{0,63}$/;

/** How a session keeps an id: what it is of, whether it was one of several, and the id. */
function keptId(of: string, several: boolean, id: string): string {
  return `${of.toLowerCase()}${several ? '+' : ''}\n${id}`;
}

/**
 * The kept ids that a target may take. A destructive tool takes only an id that its read returned alone: of several, the
 * model chooses which is deleted or paid, and so does whoever misleads it.
 */
export function takenIds(
  target: Pick<TargetManifest, 'of' | 'pointer'>,
  effect: ToolManifest['effect'],
  kept: readonly string[],
): string[] {
  const of = target.of ?? nounOf(target.pointer);
  const starts = [keptId(of, false, ''), ...(effect === 'destructive' ? [] : [keptId(of, true, '')])];
  return kept.flatMap((id) => starts.filter((start) => id.startsWith(start)).map((start) => id.slice(start.length)));
}

/**
 * The ids in declared fields of a read's result that later calls may have as targets. Only of a read that the user's task
 * determines: its own targets were in the task or a trusted directory. Of another read, an attacker chose what it returns.
 */
export function derivedIds(
  { ids = [], effect }: Pick<ToolManifest, 'ids' | 'effect'>,
  provenance: TargetProvenance,
  content: string,
): string[] {
  if (ids.length === 0 || effect !== 'read' || (provenance !== 'task' && provenance !== 'directory')) return [];
  let result: JsonValue;
  try {
    result = JSON.parse(content) as JsonValue;
  } catch {
    return [];
  }
  return ids.flatMap(({ of, at }) => {
    const found = new Set<string>();
    for (const value of valuesAt(result, at)) {
      if (isId(value)) found.add(String(value));
      // Of a longer list, the user's task has not chosen any.
      if (found.size > MAX_RESULT_IDS) return [];
    }
    return [...found].map((id) => keptId(of, found.size > 1, id));
  });
}

function isId(value: JsonValue | undefined): value is string | number {
  if (typeof value === 'number') return Number.isSafeInteger(value);
  return typeof value === 'string' && value !== '' && value.length <= LONGEST_ID && !/\s/.test(value);
}

/** Why ids of this tool's results can't be trusted, with what to write instead. Undefined: they can. */
export function lintIds({
  ids,
  targets,
  schema,
  effect,
}: Pick<ToolManifest, 'targets' | 'schema' | 'effect'> & { readonly ids: readonly DeclaredIds[] }): string | undefined {
  if (ids.length === 0) return undefined;
  if (effect !== 'read') return 'only a read can declare ids: write Effect.READ, or remove ids';
  const free = Object.entries((schema.properties ?? {}) as Record<string, JsonObject>).find(
    ([name, property]) =>
      !isChoice(property) && !targets.some(({ pointer }) => pointer === `/${name}` || pointer.startsWith(`/${name}/`)),
  );
  if (targets.length === 0)
    return 'its ids count only if the task names what it looks for: declare that argument in targets, such as Target.named("/query")';
  if (free)
    return `the argument "${free[0]}" may come from an attacker, and chooses what the result holds: declare it in targets too, such as Target.named("/${free[0]}")`;
  for (const { of, at } of ids) {
    if (!NOUN.test(of)) return `"${of}" is no noun; write a word such as "order"`;
    try {
      if (pointerTokens(at).length === 0) return 'an id is a field of the result; write "/id" or "/items/*/id"';
    } catch (error) {
      return (error as Error).message;
    }
  }
  return undefined;
}

/** Values that choose among few, or count: they can't carry an attacker's choice of an object. */
function isChoice({ type, enum: choices }: JsonObject): boolean {
  return type === 'boolean' || type === 'number' || type === 'integer' || choices !== undefined;
}

import type { JsonObject, JsonValue } from './contracts';

/** Where a call's targets were found. `constant` where the tool has no target argument. */
export type TargetProvenance = 'task' | 'directory' | 'constant' | 'unknown';

/**
 * Whether every argument that names a target stands, as a whole token, in the task that the user gave or in a trusted
 * directory. A part of a longer token doesn't count: `AC-1` is not in `AC-12`.
 */
export function targetProvenance(
  args: JsonObject,
  targets: readonly string[],
  taskText: string,
  directory: readonly string[] = [],
): TargetProvenance {
  const values = targets.flatMap((pointer) => leaves(at(args, pointer)));
  if (values.length === 0) return 'constant';
  const trusted = new Set(directory);
  const tokens = new Set(
    taskText.split(/[\s,;<>()[\]{}"'“”‘’]+/).flatMap((token) => [token, token.replace(/[.:!?]+$/, '')]),
  );
  const found = values.map((value) => (tokens.has(value) ? 'task' : trusted.has(value) ? 'directory' : 'unknown'));
  if (found.includes('unknown')) return 'unknown';
  return found.includes('directory') ? 'directory' : 'task';
}

function at(value: JsonValue, pointer: string): JsonValue | undefined {
  let here: JsonValue | undefined = value;
  for (const step of pointer.split('/').slice(1)) {
    const name = step.replace(/~1/g, '/').replace(/~0/g, '~');
    here =
      typeof here === 'object' && here !== null && !Array.isArray(here) && Object.hasOwn(here, name)
        ? here[name]
        : undefined;
  }
  return here;
}

function leaves(value: JsonValue | undefined): string[] {
  if (value === undefined || value === null) return [];
  if (Array.isArray(value)) return value.flatMap(leaves);
  if (typeof value === 'object') return Object.values(value).flatMap(leaves);
  return [String(value)];
}

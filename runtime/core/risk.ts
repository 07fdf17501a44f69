import type { JsonObject, JsonValue, Manifest, ToolManifest } from './contracts';

/** Where a call's targets were found. `constant` where the tool has no target argument. */
export type TargetProvenance = 'task' | 'directory' | 'constant' | 'unknown';

/** Values that a target may have besides those of the user's task, by tool. */
export class TrustedDirectory {
  private readonly values: ReadonlyMap<string, ReadonlySet<string>>;

  constructor({ trustedDirectory = [], tools }: Pick<Manifest, 'trustedDirectory' | 'tools'>) {
    const shared: ReadonlySet<string> = new Set(trustedDirectory);
    this.values = new Map(
      tools.map(({ name, trustedTargets = [] }) => [
        name,
        trustedTargets.length > 0 ? new Set([...shared, ...trustedTargets]) : shared,
      ]),
    );
  }

  /** Where the targets of a call were found. `taskText` is what the user gave. */
  provenanceOf(tool: ToolManifest, args: JsonObject, taskText: string): TargetProvenance {
    return targetProvenance(args, tool.targets, taskText, this.values.get(tool.name));
  }
}

/**
 * Whether every argument that names a target stands, as a whole token, in the task that the user gave or in a trusted
 * directory. A part of a longer token doesn't count: `AC-1` is not in `AC-12`.
 */
export function targetProvenance(
  args: JsonObject,
  targets: readonly string[],
  taskText: string,
  directory: ReadonlySet<string> = new Set(),
): TargetProvenance {
  const values = targets.flatMap((pointer) => leaves(at(args, pointer)));
  if (values.length === 0) return 'constant';
  const tokens = new Set(
    taskText.split(/[\s,;<>()[\]{}"'“”‘’]+/).flatMap((token) => [token, token.replace(/[.:!?]+$/, '')]),
  );
  // What stands between separators only isn't something that the user named.
  tokens.delete('');
  const found = values.map((value) => (tokens.has(value) ? 'task' : directory.has(value) ? 'directory' : 'unknown'));
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

import type { JsonObject, JsonValue, Manifest, ToolManifest } from './contracts';
import { pointerTokens } from './json/pointer';
import { lintTarget } from './schema/lint-target';

/** Where a call's targets were found. `constant` where the tool has no target argument, or the call leaves it out. */
export type TargetProvenance = 'task' | 'directory' | 'constant' | 'unknown';

/** Values that a target may have besides those of the user's task, by tool. */
export class TrustedDirectory {
  private readonly values: ReadonlyMap<string, ReadonlySet<string>>;
  /** Whether a tool has a target that its own schema can't reach: nothing that it would find is all there is. */
  private readonly lost = new Map<string, boolean>();

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
    if (this.isLost(tool)) return 'unknown';
    return targetProvenance(args, tool.targets, taskText, this.values.get(tool.name));
  }

  /** Looked at when a tool is first called: of all tools at the start, it would be a part of a cold start. */
  private isLost({ name, schema, targets }: ToolManifest): boolean {
    const lost = this.lost.get(name) ?? targets.some((target) => lintTarget(schema, target) !== undefined);
    this.lost.set(name, lost);
    return lost;
  }
}

/**
 * Whether every argument that names a target stands, as a whole token, in the task that the user gave or in a trusted
 * directory. A part of a longer token doesn't count: `AC-1` is not in `AC-12`, nor `brien@example.com` in
 * `o'brien@example.com`. A target where the arguments have another shape than its pointer is unknown.
 */
export function targetProvenance(
  args: JsonObject,
  targets: readonly string[],
  taskText: string,
  directory: ReadonlySet<string> = new Set(),
): TargetProvenance {
  const values: string[] = [];
  for (const pointer of targets) {
    if (!collect(args, pointerTokens(pointer), values)) return 'unknown';
  }
  if (values.length === 0) return 'constant';
  const tokens = tokensOf(taskText);
  const found = values.map((value) => (tokens.has(value) ? 'task' : directory.has(value) ? 'directory' : 'unknown'));
  if (found.includes('unknown')) return 'unknown';
  return found.includes('directory') ? 'directory' : 'task';
}

/** Every value below a pointer, `*` being each element of a list. False: there is something that it doesn't fit. */
function collect(value: JsonValue, [token, ...rest]: readonly string[], into: string[]): boolean {
  if (token === undefined) {
    for (const leaf of leaves(value)) into.push(leaf);
    return true;
  }
  if (Array.isArray(value)) return token === '*' && value.every((element) => collect(element, rest, into));
  if (typeof value !== 'object' || value === null) return false;
  return !Object.hasOwn(value, token) || collect(value[token], rest, into);
}

function leaves(value: JsonValue): string[] {
  if (Array.isArray(value)) return value.flatMap(leaves);
  if (typeof value === 'object' && value !== null) return Object.values(value).flatMap(leaves);
  return [String(value)];
}

const ENCLOSING = new Set('<>()[]{}"\'“”‘’');
const CLOSING = new Set([...ENCLOSING, ...',;.:!?']);

/** What was asked for last: calls come many to a task. */
let last: { readonly text: string; readonly tokens: ReadonlySet<string> } = { text: '', tokens: new Set() };

/**
 * What the user named: the words between white space, each as it is and without what encloses it. What stands inside a
 * word never splits it, or a part of an address would count as the address.
 */
function tokensOf(text: string): ReadonlySet<string> {
  if (text === last.text) return last.tokens;
  const tokens = new Set(text.split(/\s+/).flatMap((word) => [word, stripped(word)]));
  tokens.delete('');
  last = { text, tokens };
  return tokens;
}

/** Counted, not matched: an expression that ends in `$` starts again at each mark, and a task may be all marks. */
function stripped(word: string): string {
  let start = 0;
  let end = word.length;
  while (start < end && ENCLOSING.has(word[start])) start += 1;
  while (end > start && CLOSING.has(word[end - 1])) end -= 1;
  return word.slice(start, end);
}

import type { JsonObject, JsonValue, Manifest, ToolManifest } from './contracts';
import { pointerTokens } from './json/pointer';
import { lintTarget } from './schema/lint-target';

/** Where a call's targets were found. `constant`: the tool has no target argument, or the call leaves it out. */
export type TargetProvenance = 'task' | 'directory' | 'constant' | 'unknown';

/** The trusted target values of each tool, besides those of the user's task. */
export class TrustedDirectory {
  private readonly values: ReadonlyMap<string, ReadonlySet<string>>;
  /** Trusted for every tool, and for answers to the user. */
  readonly shared: ReadonlySet<string>;
  /** Whether a tool has a target pointer that doesn't fit its schema, so that it would find nothing. */
  private readonly lost = new Map<string, boolean>();

  constructor({ trustedDirectory = [], tools }: Pick<Manifest, 'trustedDirectory' | 'tools'>) {
    const shared: ReadonlySet<string> = new Set(trustedDirectory);
    this.shared = shared;
    this.values = new Map(
      tools.map(({ name, trustedTargets = [] }) => [
        name,
        trustedTargets.length > 0 ? new Set([...shared, ...trustedTargets]) : shared,
      ]),
    );
  }

  /** The trusted values of a tool. */
  valuesOf(toolName: string): ReadonlySet<string> {
    return this.values.get(toolName) ?? this.shared;
  }

  /** Where the targets of a call were found. `taskText` is the task of the user. */
  provenanceOf(tool: ToolManifest, args: JsonObject, taskText: string): TargetProvenance {
    if (this.isLost(tool)) return 'unknown';
    return targetProvenance(args, tool.targets, taskText, this.values.get(tool.name));
  }

  /** Checked at the first call of a tool. Checking all tools would slow the cold start. */
  private isLost({ name, schema, targets }: ToolManifest): boolean {
    const lost = this.lost.get(name) ?? targets.some((target) => lintTarget(schema, target) !== undefined);
    this.lost.set(name, lost);
    return lost;
  }
}

/**
 * Whether every target argument is a whole token of the user's task or a value of a trusted directory. A part of a token
 * doesn't count: `AC-1` is not in `AC-12`, and `brien@example.com` is not in `o'brien@example.com`. If the arguments don't
 * have the shape of a pointer, the target is unknown.
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

/** Collects every value at a pointer; `*` is each element of a list. False: the arguments have another shape. */
function collect(value: JsonValue, [token, ...rest]: readonly string[], into: string[]): boolean {
  if (token === undefined) {
    for (const leaf of leaves(value)) into.push(leaf);
    return true;
  }
  if (Array.isArray(value)) return token === '*' && value.every((element) => collect(element, rest, into));
  if (typeof value !== 'object' || value === null) return false;
  const inner = Object.hasOwn(value, token) ? value[token] : undefined;
  return inner === undefined || collect(inner, rest, into);
}

function leaves(value: JsonValue): string[] {
  if (Array.isArray(value)) return value.flatMap(leaves);
  if (typeof value === 'object' && value !== null) return Object.values(value).flatMap(leaves);
  return [String(value)];
}

const ENCLOSING = new Set('<>()[]{}"\'“”‘’');
const CLOSING = new Set([...ENCLOSING, ...',;.:!?']);

/** The last task text: a task has many calls. */
let last: { readonly text: string; readonly tokens: ReadonlySet<string> } = { text: '', tokens: new Set() };

/**
 * The tokens of a text: the words between white space, each with and without enclosing punctuation. Characters inside a word
 * don't split it, or a part of an address would count as the address.
 */
function tokensOf(text: string): ReadonlySet<string> {
  if (text === last.text) return last.tokens;
  const tokens = new Set(text.split(/\s+/).flatMap((word) => [word, stripped(word)]));
  tokens.delete('');
  last = { text, tokens };
  return tokens;
}

/** A regular expression that ends in `$` would take quadratic time on a text of many punctuation marks. */
function stripped(word: string): string {
  let start = 0;
  let end = word.length;
  while (start < end && ENCLOSING.has(word.charAt(start))) start += 1;
  while (end > start && CLOSING.has(word.charAt(end - 1))) end -= 1;
  return word.slice(start, end);
}

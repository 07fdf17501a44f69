import { BUILT_IN_TOOLS, TOOL_NAME_PATTERN } from '../contracts';
import { sha256Hex } from '../digest';

const MOST_CHARACTERS = 64;
/** Hexadecimal digits that tell two names apart which would be the same. */
const HASH_DIGITS = 8;

/** Leaves room for the name itself. */
export const PREFIX_PATTERN = '^(?:[a-zA-Z][a-zA-Z0-9_-]{0,23})?$';

/**
 * Names that the model and policies see, for the names of one server: the prefix and the original, with `_` for what no tool name may
 * have. They are valid, unique, and none of the built-in or taken ones. Where two would be the same, or one is too long, each gets the
 * first digits of its original's hash, so that a name depends neither on the order of the listing nor on other servers, unless one of
 * those took it.
 *
 * @param originals without duplicates
 * @param prefix of {@link PREFIX_PATTERN}
 * @param taken of other connectors of the runtime
 */
export function toolNames(
  originals: readonly string[],
  prefix: string,
  taken: Iterable<string> = [],
): ReadonlyMap<string, string> {
  const used = new Set<string>([...BUILT_IN_TOOLS, ...taken]);
  const plain = new Map(originals.map((original) => [original, plainName(original, prefix)]));
  const times = new Map<string, number>();
  for (const name of plain.values()) times.set(name, (times.get(name) ?? 0) + 1);
  const names = new Map<string, string>();
  for (const [original, name] of plain) {
    const clear = times.get(name) === 1 && !used.has(name) && valid(name);
    const chosen = clear ? name : hashedName(name, original, used);
    used.add(chosen);
    names.set(original, chosen);
  }
  return names;
}

/** The name of one tool, for whoever has no listing. */
export function toolName(original: string, prefix: string, taken: Iterable<string> = []): string {
  return toolNames([original], prefix, taken).get(original) ?? '';
}

function plainName(original: string, prefix: string): string {
  const safe = original.slice(0, 4 * MOST_CHARACTERS).replace(/[^a-zA-Z0-9_-]+/g, '_');
  const trimmed = safe === original ? safe : safe.replace(/^_+|_+$/g, '');
  const name = prefix + trimmed;
  return /^[a-zA-Z]/.test(name) ? name : `tool_${name}`;
}

function valid(name: string): boolean {
  return new RegExp(TOOL_NAME_PATTERN).test(name);
}

function hashedName(name: string, original: string, used: ReadonlySet<string>): string {
  const hash = sha256Hex(original.toWellFormed());
  for (let digits = HASH_DIGITS; ; digits += 1) {
    const end = `_${hash.slice(0, digits)}`;
    const candidate = name.slice(0, MOST_CHARACTERS - end.length) + end;
    if (!used.has(candidate) || digits >= MOST_CHARACTERS) return candidate;
  }
}

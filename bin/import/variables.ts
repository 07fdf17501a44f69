import { looksSecret } from './looks-secret';

/** A place in a configuration that is filled in later: `${VAR}`, `${VAR:-default}`, `${input:id}`, `${env:VAR}`, `$VAR`. */
export interface Variable {
  /** Its name. Undefined: it has no name that can be printed. */
  readonly name: string | undefined;
  /** What counts if it isn't set. It may be a secret: never print it. */
  readonly fallback?: string;
}

export type TextPart = string | Variable;

const VARIABLE = /\$\{([^}]*)\}|\$([A-Z][A-Z0-9_]*)\b/g;
const NAME = /^[A-Za-z_][A-Za-z0-9_.-]{0,63}$/;

/** A text of a configuration, split into what is written and what is filled in. */
export function partsOf(text: string): readonly TextPart[] {
  const parts: TextPart[] = [];
  let at = 0;
  for (const match of text.matchAll(VARIABLE)) {
    if (match.index > at) parts.push(text.slice(at, match.index));
    parts.push(variableOf(match[1] ?? match[2] ?? ''));
    at = match.index + match[0].length;
  }
  if (at < text.length) parts.push(text.slice(at));
  return parts;
}

export function isVariable(part: TextPart): part is Variable {
  return typeof part !== 'string';
}

/**
 * A text with the values that the user gave and the defaults that the configuration has. The environment is never read: a
 * configuration of somebody else could ask for any variable and name the host to send it to.
 */
export function filledIn(
  text: string,
  given: ReadonlyMap<string, string>,
): { readonly text: string; readonly missing: readonly string[] } {
  const missing: string[] = [];
  const filled = partsOf(text).map((part) => {
    if (!isVariable(part)) return part;
    const value = (part.name === undefined ? undefined : given.get(part.name)) ?? part.fallback;
    if (value === undefined) missing.push(part.name ?? 'a variable without a usable name');
    return value ?? '';
  });
  return { text: filled.join(''), missing };
}

function variableOf(inside: string): Variable {
  const [, scope = '', name = '', fallback] =
    /^(?:(input|env|user_config)[:.])?([^:]*)(?::-(.*))?$/s.exec(inside) ?? [];
  // A name is printed, so it is none if it may be a secret itself.
  const known = NAME.test(name) && !looksSecret(name) ? name : undefined;
  if (scope === '' && name === '') return { name: undefined };
  return fallback === undefined ? { name: known } : { name: known, fallback };
}

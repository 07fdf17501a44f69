import type { JsonObject, JsonValue } from '../contracts';
import { isObject } from '../json/is-object';
import { pointerToken } from '../json/pointer';

/**
 * What may vary in a text from one start of a server to the next. Each kind matches narrow values only: a server can't put a sentence, or
 * any word, there. Its name stands in curly brackets in the pinned text.
 */
const KINDS = {
  time: '[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[T ][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:[.,][0-9]{1,9})?)?(?:Z|[+-][0-9]{2}:?[0-9]{2})?)?',
  id: '[0-9a-fA-F]{8}(?:-?[0-9a-fA-F]{4}){3}-?[0-9a-fA-F]{12}',
  // The last is what a container is called.
  host: '(?:localhost|[A-Za-z0-9-]{1,63}(?:[.][A-Za-z0-9-]{1,63}){1,9}|[0-9a-f]{12})',
  port: '[0-9]{1,5}',
  directory: '(?:/(?!/)|~|[A-Za-z]:[\\\\/])[A-Za-z0-9._~/\\\\-]{0,200}',
  number: '[0-9]{1,20}',
} as const;

type Kind = keyof typeof KINDS;

/** Kinds that are words of their own. A port comes after its host. */
const WORDS: readonly Kind[] = ['time', 'id', 'directory', 'number', 'host'];

/** A key of a normalized definition that no server can set: `{ "/description": ["directory"] }`. */
const VARYING = 'varying';

/** What a text has between its words: each run is compared as a whole. */
const WORD = /[^\s"'`()[\]{}<>,;]+/g;

/**
 * Two listings of one tool, from two starts of its server, as one definition in which the texts that differ are declared as varying.
 * Undefined: they differ in more than a directory, host, port, time, id or number of a text.
 */
export function withVarying(first: JsonObject, second: JsonObject): JsonObject | undefined {
  const declared: Record<string, string[]> = {};
  const merged = mergedValue(first, second, '', declared);
  if (!isObject(merged)) return undefined;
  return Object.keys(declared).length === 0 ? merged : { ...merged, [VARYING]: declared };
}

/** A new listing with the pinned text wherever it fits a text that varies. */
export function withPinnedVarying(listed: JsonObject, pinned: JsonObject): JsonObject {
  const declared = pinned[VARYING];
  if (!isObject(declared)) return listed;
  return { ...(withPinned(listed, pinned, '', declared) as JsonObject), [VARYING]: declared };
}

function withPinned(listed: JsonValue, pinned: JsonValue | undefined, place: string, declared: JsonObject): JsonValue {
  if (typeof listed === 'string') {
    return typeof pinned === 'string' && fits(listed, pinned, declared[place]) ? pinned : listed;
  }
  if (Array.isArray(listed)) {
    return Array.isArray(pinned) && pinned.length === listed.length
      ? listed.map((item, index) => withPinned(item, pinned[index], `${place}/${index}`, declared))
      : listed;
  }
  if (!isObject(listed) || !isObject(pinned)) return listed;
  return Object.fromEntries(
    Object.entries(listed).map(([name, value]) => [
      name,
      withPinned(
        value,
        Object.hasOwn(pinned, name) ? pinned[name] : undefined,
        `${place}/${pointerToken(name)}`,
        declared,
      ),
    ]),
  );
}

/** Whether a text is the pinned one, with other values of the declared kinds, in their order. */
function fits(listed: string, pinned: string, kinds: JsonValue | undefined): boolean {
  if (!Array.isArray(kinds)) return false;
  let rest = pinned;
  let pattern = '';
  for (const kind of kinds) {
    const allowed = typeof kind === 'string' && Object.hasOwn(KINDS, kind) ? KINDS[kind as Kind] : undefined;
    const mark = `{${String(kind)}}`;
    const at = rest.indexOf(mark);
    if (allowed === undefined || at < 0) return false;
    pattern += `${escaped(rest.slice(0, at))}${allowed}`;
    rest = rest.slice(at + mark.length);
  }
  return new RegExp(`^${pattern}${escaped(rest)}$`, 'u').test(listed);
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}

function mergedValue(
  first: JsonValue,
  second: JsonValue,
  place: string,
  declared: Record<string, string[]>,
): JsonValue | undefined {
  if (typeof first === 'string' && typeof second === 'string') {
    return first === second ? first : mergedText(first, second, place, declared);
  }
  if (Array.isArray(first) && Array.isArray(second)) {
    if (first.length !== second.length) return undefined;
    const items = first.map((item, index) => mergedValue(item, second[index] ?? null, `${place}/${index}`, declared));
    return items.every((item) => item !== undefined) ? items : undefined;
  }
  if (isObject(first) && isObject(second)) return mergedObject(first, second, place, declared);
  return first === second ? first : undefined;
}

function mergedObject(
  first: JsonObject,
  second: JsonObject,
  place: string,
  declared: Record<string, string[]>,
): JsonObject | undefined {
  const names = Object.keys(first);
  if (names.length !== Object.keys(second).length) return undefined;
  const merged: [string, JsonValue][] = [];
  for (const name of names) {
    if (!Object.hasOwn(second, name)) return undefined;
    const value = mergedValue(first[name] ?? null, second[name] ?? null, `${place}/${pointerToken(name)}`, declared);
    if (value === undefined) return undefined;
    merged.push([name, value]);
  }
  return Object.fromEntries(merged);
}

/** Only a text that says something varies, or a default that the server sets itself: a name, a bound or a value of an `enum` doesn't. */
function mergedText(
  first: string,
  second: string,
  place: string,
  declared: Record<string, string[]>,
): string | undefined {
  if (!/\/(?:description|title|default)$/.test(place) || /\/(?:enum|const)\//.test(place)) return undefined;
  if (/\{[a-z]+\}/.test(first)) return undefined;
  const [one, other] = [first.split(WORD), second.split(WORD)];
  if (one.length !== other.length || one.some((gap, index) => gap !== other[index])) return undefined;
  const [words, others] = [first.match(WORD) ?? [], second.match(WORD) ?? []];
  const kinds: string[] = [];
  let text = one[0] ?? '';
  for (const [index, word] of words.entries()) {
    const merged = mergedWord(word, others[index] ?? '', kinds);
    if (merged === undefined) return undefined;
    text += merged + (one[index + 1] ?? '');
  }
  declared[place] = kinds;
  return text;
}

/** What stands around a value in a word: brackets are no part of words. */
const AROUND = '([^A-Za-z0-9/~]{0,9}|[A-Za-z]{1,20}[=:])';
const AFTER = '([.:!?]{0,3})';
/** Perhaps a scheme, a host, perhaps a port, and the rest of an address. */
const ADDRESS = new RegExp(
  `^([^A-Za-z0-9]{0,9}(?:[a-z][a-z0-9+.-]{1,20}://)?)(${KINDS.host})(?:(:)(${KINDS.port}))?((?:/.*|[.!?])?)$`,
);

function mergedWord(first: string, second: string, kinds: string[]): string | undefined {
  if (first === second) return first;
  for (const kind of WORDS) {
    const whole = new RegExp(`^${AROUND}(${KINDS[kind]})${AFTER}$`);
    const [one, other] = [whole.exec(first), whole.exec(second)];
    if (one && other && one[1] === other[1] && one[3] === other[3]) {
      kinds.push(kind);
      return `${one[1]}{${kind}}${one[3]}`;
    }
  }
  return mergedAddress(ADDRESS.exec(first), ADDRESS.exec(second), kinds);
}

function mergedAddress(
  one: RegExpExecArray | null,
  other: RegExpExecArray | null,
  kinds: string[],
): string | undefined {
  if (!one || !other || one[1] !== other[1] || one[3] !== other[3] || one[5] !== other[5]) return undefined;
  const [, scheme = '', host = '', colon = '', port = '', rest = ''] = one;
  const parts = [scheme, host];
  if (host !== other[2]) {
    kinds.push('host');
    parts[1] = '{host}';
  }
  if (port !== (other[4] ?? '')) kinds.push('port');
  return [...parts, colon, port === (other[4] ?? '') ? port : '{port}', rest].join('');
}

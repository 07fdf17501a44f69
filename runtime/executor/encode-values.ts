import type { JsonValue } from '../core/contracts';
import type { ListStyle } from '../core/executor-config';
import { isObject } from '../core/json/is-object';
import { NotSentError } from './target-answer';

/** What separates the items of a list, before it is encoded, and as it is sent. Source: OpenAPI 3.1.1, "Style Examples". */
const SEPARATORS = { comma: [',', ','], space: [' ', '%20'], pipe: ['|', '%7C'] } as const;
const MOST_PAIRS = 10_000;

/**
 * The `name=value` pairs of a query or a form, encoded. A value can't begin another pair or another item.
 * @throws NotSentError if the value doesn't fit the style
 */
export function encodedPairs(name: string, value: JsonValue, style: ListStyle = 'json'): string[] {
  if (typeof value !== 'object' || value === null) return [pair(name, String(value))];
  switch (style) {
    case 'json':
      return [pair(name, JSON.stringify(value))];
    case 'repeat':
      return itemsOf(name, value).map((item) => pair(name, item));
    case 'brackets':
      return itemsOf(name, value).map((item) => pair(`${name}[]`, item));
    case 'nested':
      return nested(name, value);
    default:
      return joined(name, itemsOf(name, value), style);
  }
}

function pair(name: string, text: string): string {
  return `${encodeURIComponent(name)}=${encodeURIComponent(text)}`;
}

/** Many servers decode before they split, so an item with the separator would arrive as two. */
function joined(name: string, items: readonly string[], style: 'comma' | 'space' | 'pipe'): string[] {
  const [separator, sent] = SEPARATORS[style];
  if (items.some((item) => item.includes(separator) || item === '')) {
    throw new NotSentError(
      `An item of ${name} is empty or contains "${separator}", which separates items for this target. Nothing was sent.`,
    );
  }
  return items.length === 0 ? [] : [`${encodeURIComponent(name)}=${items.map(encodeURIComponent).join(sent)}`];
}

/** The texts of a list of plain values. */
export function itemsOf(name: string, value: JsonValue): string[] {
  if (!Array.isArray(value) || value.some((item) => typeof item === 'object')) {
    throw new NotSentError(`${name} can only be sent as a list of plain values. Nothing was sent.`);
  }
  return value.map(String);
}

/** `a[k]=1`, and `a[0]=1` for a list. */
function nested(name: string, value: JsonValue): string[] {
  const pairs: string[] = [];
  const add = (at: string, inner: JsonValue): void => {
    if (typeof inner !== 'object' || inner === null) {
      if (pairs.push(pair(at, String(inner))) > MOST_PAIRS)
        throw new NotSentError(`${name} has over ${MOST_PAIRS} values.`);
      return;
    }
    for (const [key, below] of isObject(inner) ? Object.entries(inner) : inner.entries()) {
      // A bracket in a name would make another member of it.
      if (/[[\]]/.test(String(key))) throw new NotSentError(`A name in ${name} contains a bracket. Nothing was sent.`);
      add(`${at}[${key}]`, below);
    }
  };
  add(name, value);
  return pairs;
}

import { isObject, listOf, parseJsonText, piecesOf, type TextPiece, textOf, Unresolved, type Value } from '../template';
import type { Spelling } from '../template/iam/arn';
import { matchText } from '../template/iam/pattern';
import { and, or, type Truth } from '../template/iam/truth';

/**
 * Whether an event pattern matches an event that is known in part. A member that the event doesn't tell, and a filter other
 * than plain values, their beginnings, ends and wildcards, give `depends`.
 *
 * Source: EventBridge User Guide, "Creating Amazon EventBridge event patterns" and "Comparison operators for use in event patterns".
 */
export function matchesEvent(pattern: Value, event: Value, spelling: Spelling): Truth {
  const members = isObject(pattern) ? pattern : parseJsonText(pattern);
  if (!isObject(members) || !isObject(event)) return 'depends';
  let matches: Truth = 'true';
  for (const [name, wanted] of Object.entries(members)) {
    matches = and(matches, matchesMember(name, wanted, event, spelling));
    // Most rules are for other events, which their source says.
    if (matches === 'false') return matches;
  }
  return matches;
}

function matchesMember(
  name: string,
  wanted: Value,
  event: { readonly [member: string]: Value },
  spelling: Spelling,
): Truth {
  if (name === '$or') return or('false', ...listOf(wanted).map((each) => matchesEvent(each, event, spelling)));
  const actual = event[name];
  if (actual === undefined) return 'depends';
  if (isObject(wanted) && !(wanted instanceof Unresolved)) return matchesEvent(wanted, actual, spelling);
  return or('false', ...listOf(wanted).map((each) => matchesValue(each, actual, spelling)));
}

/** How a filter's text becomes a pattern with wildcards. */
const FILTERS: { readonly [filter: string]: (text: readonly TextPiece[]) => readonly TextPiece[] } = {
  prefix: (text) => [...text, '*'],
  suffix: (text) => ['*', ...text],
  wildcard: (text) => text,
};

function matchesValue(wanted: Value, actual: Value, spelling: Spelling): Truth {
  if (isObject(actual)) return 'depends';
  if (!isObject(wanted)) return matchText(spelling.of(wanted), spelling.of(actual), { wildcards: false });
  const [[filter, text] = ['', undefined], ...others] = Object.entries(wanted);
  const pieces = piecesOf(spelling.of(text));
  const made = Object.hasOwn(FILTERS, filter) ? FILTERS[filter] : undefined;
  if (made === undefined || pieces === undefined || others.length > 0) return 'depends';
  return matchText(textOf(made(pieces)), spelling.of(actual));
}

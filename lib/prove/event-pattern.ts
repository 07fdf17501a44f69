import { isObject, listOf, parseJsonText, Unresolved, type Value } from '../template';
import type { Spelling } from '../template/iam/arn';
import { matchText } from '../template/iam/pattern';
import { and, or, type Truth } from '../template/iam/truth';

/**
 * Whether an event pattern matches an event that is known in part. A member that the event doesn't tell, and a filter other
 * than plain values, give `depends`.
 *
 * Source: EventBridge User Guide, "Creating Amazon EventBridge event patterns".
 */
export function matchesEvent(pattern: Value, event: Value, spelling: Spelling): Truth {
  const members = isObject(pattern) ? pattern : parseJsonText(pattern);
  if (!isObject(members) || !isObject(event)) return 'depends';
  return and(
    'true',
    ...Object.entries(members).map(([name, wanted]): Truth => {
      const actual = event[name];
      if (actual === undefined) return 'depends';
      if (isObject(wanted) && !(wanted instanceof Unresolved)) return matchesEvent(wanted, actual, spelling);
      return or('false', ...listOf(wanted).map((each) => matchesValue(each, actual, spelling)));
    }),
  );
}

function matchesValue(wanted: Value, actual: Value, spelling: Spelling): Truth {
  if (isObject(wanted) || isObject(actual)) return 'depends';
  return matchText(spelling.of(wanted), spelling.of(actual), { wildcards: false });
}

import { lintPattern } from '../schema/lint-pattern';
import { Unadaptable } from './adapted-schema';
import { wholePattern } from './patterns';
import { shownPlace } from './places';

/** Whether a pattern matches in a short name. Undefined: it can't be tried safely. */
export function safeMatch(pattern: string, name: string): boolean | undefined {
  const written = wholePattern(pattern);
  return lintPattern(written, name.length + 1).length > 0 ? undefined : new RegExp(written, 'u').test(name);
}

/** Whether a key is one of a pattern. @throws Unadaptable if that isn't known */
export function patternMatches(pattern: string, name: string, place: string): boolean {
  const matches = safeMatch(pattern, name);
  if (matches === undefined)
    throw new Unadaptable([`${shownPlace(place)}: a pattern of "patternProperties" can't be tried on it safely`]);
  return matches;
}

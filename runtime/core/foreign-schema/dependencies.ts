import type { JsonValue } from '../contracts';
import { isObject } from '../json/is-object';
import { type ForeignPart, Unadaptable } from './adapted-schema';
import { placeBelow, shownPlace, shownWord } from './places';

const KEYWORDS = ['dependentRequired', 'dependentSchemas', 'dependencies'];

/**
 * Makes what a key asks of the others hold always, or leaves the key out: whether a key is there can't be asked.
 * @param declared changed: what is required is declared
 * @param required changed: a key that a required one needs is required
 * @returns keys that are left out, so that what depends on them never matters
 * @throws Unadaptable for a required key that asks for more than other keys
 */
export function fixedDependencies(
  parts: readonly ForeignPart[],
  declared: Set<string>,
  required: Set<string>,
  place: string,
  changes: string[],
): ReadonlySet<string> {
  const rules = parts.flatMap((part) => KEYWORDS.flatMap((keyword) => rulesOf(part.schema[keyword])));
  const dropped = new Set<string>();
  // Each round may require a key on which others depend.
  for (let before = -1; before !== required.size; ) {
    before = required.size;
    const needed = rules.filter(({ key }) => required.has(key)).flatMap(({ needs }) => needs ?? []);
    for (const name of needed) required.add(name);
  }
  for (const name of required) declared.add(name);
  for (const { key, needs } of rules.filter((rule) => !rule.always && declared.has(rule.key))) {
    const name = shownWord(key);
    if (required.has(key)) {
      if (needs === undefined) {
        throw new Unadaptable([`${shownPlace(place)}: what "${name}" asks of the others can't be written out`]);
      }
      changes.push(`${shownPlace(place)}: the keys that "${name}" needs are required`);
    } else if (!needs?.every((each) => required.has(each))) {
      dropped.add(key);
      const left = 'argument left out: with it, other keys would have to be different';
      changes.push(`${shownPlace(placeBelow(place, key))}: ${left}`);
    }
  }
  return dropped;
}

interface Rule {
  readonly key: string;
  /** Keys that must be there too. Undefined: it asks for something else. */
  readonly needs: readonly string[] | undefined;
  /** It asks for nothing. */
  readonly always: boolean;
}

function rulesOf(value: JsonValue | undefined): Rule[] {
  if (!isObject(value)) return [];
  return Object.entries(value).map(([key, asked]) => {
    const names = typeof asked === 'string' ? [asked] : asked;
    const needs = Array.isArray(names) ? names.filter((name): name is string => typeof name === 'string') : undefined;
    return { key, needs, always: asked === true || needs?.length === 0 };
  });
}

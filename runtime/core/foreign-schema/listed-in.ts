import type { JsonValue } from '../contracts';
import { sortedText } from '../json/sorted-text';
import { type ForeignPart, Unadaptable } from './adapted-schema';
import { listedValues } from './listed-values';
import { shownPlace } from './places';
import { LISTED_VALUES } from './stated-bounds';

/**
 * The values that each `enum` and `const` of the parts lists. Undefined: no part lists values.
 * @param fits the type and the bounds of the other keywords
 * @throws Unadaptable if they have none in common
 */
export function listedIn(
  parts: readonly ForeignPart[],
  place: string,
  changes: string[],
  fits: (value: JsonValue) => boolean,
): JsonValue[] | undefined {
  const lists = parts.flatMap(({ schema }) => listedValues(schema));
  const [first, ...others] = lists;
  if (first === undefined) return undefined;
  const rest = others.map((list) => new Set(list.map(sortedText)));
  const byText = new Map(first.filter(fits).map((value) => [sortedText(value), value]));
  const common = [...byText].filter(([text]) => rest.every((list) => list.has(text))).map(([, value]) => value);
  if (common.length === 0) throw new Unadaptable([`${shownPlace(place)}: no listed value is left`]);
  if (common.length > LISTED_VALUES) {
    changes.push(`${shownPlace(place)}: of ${common.length} listed values, the first ${LISTED_VALUES} are taken`);
  }
  return common.slice(0, LISTED_VALUES);
}

import type { JsonObject, JsonValue } from '../contracts';
import { FORMATTED_CHARACTERS, FRACTION, LIST_ITEMS, PATTERN_CHARACTERS } from '../foreign-schema/stated-bounds';
import { compileSchema } from '../schema/compile-schema';
import { isMultiple } from '../schema/is-multiple';

/** Bounds that the import may have stated: a person may state others. */
const STATED: Readonly<Record<string, readonly number[]>> = {
  maxLength: [...PATTERN_CHARACTERS, FORMATTED_CHARACTERS],
  maxItems: [LIST_ITEMS],
};
const LEAST = ['minLength', 'minItems', 'minProperties'];
const MOST = ['maxLength', 'maxItems', 'maxProperties'];

/**
 * Bounds of the server's definition that an edited input leaves out or widens. A pattern may become another one, since nobody can tell
 * whether that is narrower.
 *
 * @param made of the same type as the edited one, and made from the definition
 */
export function widerBounds(edited: JsonObject, made: JsonObject, place: string): string[] {
  const listed = edited.const === undefined ? edited.enum : [edited.const];
  if (Array.isArray(listed)) return misfits(listed, edited, made, place);
  return [
    ...LEAST.filter((keyword) => bound(made, keyword) > (bound(edited, keyword) || 0)),
    ...MOST.filter((keyword) => isWider(keyword, edited, made)),
    ...(lowest(edited) < lowest(made) ? ['minimum'] : []),
    ...(highest(edited) > highest(made) ? ['maximum'] : []),
    ...(isFiner(edited.multipleOf, made.multipleOf) ? ['multipleOf'] : []),
    ...(made.format !== undefined && edited.format !== made.format ? ['format'] : []),
    ...(made.pattern !== undefined && edited.pattern === undefined ? ['pattern'] : []),
    ...(made.uniqueItems === true && edited.uniqueItems !== true ? ['uniqueItems'] : []),
  ].map((keyword) => `${place || '/'}: the server has a ${keyword} of its own; write one that isn't wider`);
}

function misfits(listed: readonly JsonValue[], edited: JsonObject, made: JsonObject, place: string): string[] {
  const [accepts, wasAccepted] = [compileSchema(edited), compileSchema(made)];
  // A format may refuse a listed value in both.
  return listed.every((value) => wasAccepted(value).ok || !accepts(value).ok)
    ? []
    : [`${place || '/'}: a listed value doesn't fit the server's definition; remove it`];
}

function isWider(keyword: string, edited: JsonObject, made: JsonObject): boolean {
  const of = bound(made, keyword);
  return !Number.isNaN(of) && STATED[keyword]?.includes(of) !== true && !(bound(edited, keyword) <= of);
}

/** NaN: there is none, and every comparison with it is false. */
function bound(schema: JsonObject, keyword: string): number {
  const value = schema[keyword];
  return typeof value === 'number' ? value : Number.NaN;
}

/** An exclusive bound is a little higher than the same number. */
function lowest({ type, minimum, exclusiveMinimum }: JsonObject): number {
  return Math.max(numberOr(minimum, -Infinity), after(numberOr(exclusiveMinimum, -Infinity), type, 1));
}

function highest({ type, maximum, exclusiveMaximum }: JsonObject): number {
  return Math.min(numberOr(maximum, Infinity), after(numberOr(exclusiveMaximum, Infinity), type, -1));
}

/** The next number that the gate tells apart. */
function after(value: number, type: JsonValue | undefined, direction: 1 | -1): number {
  if (type !== 'integer') return value + direction * FRACTION;
  return direction > 0 ? Math.floor(value) + 1 : Math.ceil(value) - 1;
}

function numberOr(value: JsonValue | undefined, otherwise: number): number {
  return typeof value === 'number' ? value : otherwise;
}

function isFiner(edited: JsonValue | undefined, made: JsonValue | undefined): boolean {
  if (typeof made !== 'number' || made === FRACTION) return false;
  return typeof edited !== 'number' || !isMultiple(edited, made);
}

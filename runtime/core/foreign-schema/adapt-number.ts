import type { JsonObject } from '../contracts';
import { decimalPlaces, decimalUnits, isMultiple } from '../schema/is-multiple';
import { type Adapted, type ForeignPart, Unadaptable } from './adapted-schema';
import { largest, smallest } from './bounds';
import { listedIn } from './listed-in';
import { shownPlace, shownWord } from './places';
import { FRACTION } from './stated-bounds';

/** Formats of numbers that the gate checks. `float` and `double` restrict nothing that JSON carries. */
const CHECKED = ['int32', 'int64'];

/** A number for which all parts hold. @throws Unadaptable */
export function adaptNumber(parts: readonly ForeignPart[], place: string, type: 'integer' | 'number'): Adapted {
  const shown = shownPlace(place);
  const changes: string[] = [];
  const schema: JsonObject = { type, ...limitsOf(parts) };
  const format = formatOf(parts, place, changes);
  if (format !== undefined) schema.format = format;
  const step = stepOf(parts, place);
  if (type === 'integer') {
    if (step !== undefined) schema.multipleOf = step;
  } else {
    schema.multipleOf = withFraction(step, place);
    if (schema.multipleOf !== step) changes.push(`${shown}: multipleOf ${schema.multipleOf} added`);
  }
  const listed = listedIn(parts, place, changes, (value) => typeof value === 'number' && fits(value, schema));
  if (listed !== undefined) {
    schema.enum = listed;
    if (listed.every(Number.isInteger)) schema.type = 'integer';
  }
  if (!possible(schema)) throw new Unadaptable([`${shown}: no number is within its bounds`]);
  return { schema, changes };
}

/** In draft 4, `exclusiveMinimum: true` speaks of `minimum`. */
function limitsOf(parts: readonly ForeignPart[]): JsonObject {
  const limits: JsonObject = {};
  const strict = (keyword: string, of: string) =>
    parts
      .filter(({ schema }) => schema[keyword] === true)
      .map((part): ForeignPart => ({ ...part, schema: { [keyword]: part.schema[of] ?? null } }));
  const bounds: [string, number | undefined][] = [
    ['minimum', largest(parts, 'minimum')],
    ['maximum', smallest(parts, 'maximum')],
    ['exclusiveMinimum', largest([...parts, ...strict('exclusiveMinimum', 'minimum')], 'exclusiveMinimum')],
    ['exclusiveMaximum', smallest([...parts, ...strict('exclusiveMaximum', 'maximum')], 'exclusiveMaximum')],
  ];
  for (const [keyword, bound] of bounds) if (bound !== undefined) limits[keyword] = bound;
  return limits;
}

function formatOf(parts: readonly ForeignPart[], place: string, changes: string[]): string | undefined {
  const formats = new Set<string>();
  for (const { schema } of parts) {
    if (schema.format === undefined) continue;
    if (typeof schema.format === 'string' && CHECKED.includes(schema.format)) formats.add(schema.format);
    else
      changes.push(`${shownPlace(place)}: format ${shownWord(String(schema.format))} left out; it checks nothing here`);
  }
  // Each int32 is an int64.
  return formats.has('int32') ? 'int32' : [...formats][0];
}

/** One step whose multiples are multiples of each part's. */
function stepOf(parts: readonly ForeignPart[], place: string): number | undefined {
  let step: number | undefined;
  for (const { schema } of parts) {
    for (const keyword of ['multipleOf', 'divisibleBy']) {
      const each = schema[keyword];
      if (each === undefined) continue;
      if (typeof each !== 'number' || !(each > 0))
        throw new Unadaptable([`${shownPlace(place)}: "${keyword}" must be above 0`]);
      step = step === undefined ? each : commonMultiple(step, each, place);
    }
  }
  return step;
}

/** Policies read four digits after the point. */
function withFraction(step: number | undefined, place: string): number {
  if (step === undefined) return FRACTION;
  return isMultiple(step, FRACTION) ? step : commonMultiple(step, FRACTION, place);
}

/** In decimal, as `multipleOf` is compared. */
function commonMultiple(one: number, other: number, place: string): number {
  const places = Math.max(decimalPlaces(one), decimalPlaces(other));
  const [first, second] = [decimalUnits(one, places), decimalUnits(other, places)];
  if (first === undefined || second === undefined || places > 15) {
    throw new Unadaptable([`${shownPlace(place)}: "multipleOf" has too many digits`]);
  }
  let [a, b] = [first, second];
  while (b > 0n) [a, b] = [b, a % b];
  const multiple = Number((first / a) * second) / 10 ** places;
  if (!isMultiple(multiple, one) || !isMultiple(multiple, other)) {
    throw new Unadaptable([`${shownPlace(place)}: two "multipleOf" can't be written as one`]);
  }
  return multiple;
}

function fits(value: number, limits: JsonObject): boolean {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf } = limits;
  return (
    value >= Number(minimum ?? Number.NEGATIVE_INFINITY) &&
    value <= Number(maximum ?? Number.POSITIVE_INFINITY) &&
    value > Number(exclusiveMinimum ?? Number.NEGATIVE_INFINITY) &&
    value < Number(exclusiveMaximum ?? Number.POSITIVE_INFINITY) &&
    (multipleOf === undefined || isMultiple(value, Number(multipleOf)))
  );
}

function possible({ minimum, maximum, exclusiveMinimum, exclusiveMaximum }: JsonObject): boolean {
  const least = Math.max(
    Number(minimum ?? Number.NEGATIVE_INFINITY),
    Number(exclusiveMinimum ?? Number.NEGATIVE_INFINITY),
  );
  const most = Math.min(
    Number(maximum ?? Number.POSITIVE_INFINITY),
    Number(exclusiveMaximum ?? Number.POSITIVE_INFINITY),
  );
  return least <= most;
}

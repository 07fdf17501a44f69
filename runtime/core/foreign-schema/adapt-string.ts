import { type JsonObject, type JsonValue, MAX_CALL_BYTES } from '../contracts';
import { formats as ownFormats } from '../schema/formats';
import { lintPattern } from '../schema/lint-pattern';
import { type Adapted, type ForeignPart, Unadaptable } from './adapted-schema';
import { largest, smallest } from './bounds';
import { listedIn } from './listed-in';
import { wholePattern } from './patterns';
import { shownPlace, shownWord } from './places';
import { FORMATTED_CHARACTERS, PATTERN_CHARACTERS, TEXT_CHARACTERS } from './stated-bounds';

/** Formats that the gate checks. */
const CHECKED: ReadonlySet<string> = new Set([
  ...['date', 'time', 'date-time', 'duration', 'uri', 'uri-reference', 'uri-template', 'url', 'email', 'hostname'],
  ...['ipv4', 'ipv6', 'regex', 'uuid', 'json-pointer', 'json-pointer-uri-fragment', 'relative-json-pointer', 'byte'],
  ...['iso-time', 'iso-date-time', ...Object.keys(ownFormats)],
]);
/** Formats whose values all have a checked format too, which is narrower. */
const NARROWER: ReadonlyMap<string, string> = new Map([
  ['iri', 'uri'],
  ['iri-reference', 'uri-reference'],
  ['idn-email', 'email'],
  ['idn-hostname', 'hostname'],
]);

/** A text for which all parts hold. @throws Unadaptable */
export function adaptString(parts: readonly ForeignPart[], place: string, times: number): Adapted {
  const shown = shownPlace(place);
  const changes: string[] = [];
  const least = largest(parts, 'minLength');
  const most = smallest(parts, 'maxLength');
  if (least !== undefined && most !== undefined && least > most) {
    throw new Unadaptable([`${shown}: no text is both as long and as short as it must be`]);
  }
  const format = oneFormat(parts, place, changes);
  const fitting = (value: JsonValue) => typeof value === 'string' && fits(value, least, most);
  const listed = listedIn(parts, place, changes, fitting);
  const pattern = onePattern(parts, place);
  if (listed !== undefined) return listedText(listed, pattern, format, place, times, changes);
  const schema: JsonObject = { type: 'string' };
  if (least !== undefined) schema.minLength = least;
  if (format !== undefined) schema.format = format;
  if (pattern !== undefined) return patternText(schema, pattern, most, place, times, changes);
  const usual = format === undefined ? TEXT_CHARACTERS : FORMATTED_CHARACTERS;
  schema.maxLength = most ?? Math.max(usual, least ?? 0);
  if (most === undefined) changes.push(`${shown}: maxLength ${schema.maxLength} added`);
  return { schema, changes };
}

/** The largest bound for which the pattern is fast enough. */
function patternText(
  schema: JsonObject,
  pattern: string,
  most: number | undefined,
  place: string,
  times: number,
  changes: string[],
): Adapted {
  const shown = shownPlace(place);
  const least = Number(schema.minLength ?? 0);
  const shorter = PATTERN_CHARACTERS.filter((each) => each >= least && each < (most ?? Number.POSITIVE_INFINITY));
  const bounds = most === undefined ? shorter : [most, ...shorter];
  const written = wholePattern(pattern);
  const texts = (bound: number) => Math.min(times, Math.ceil(MAX_CALL_BYTES / Math.max(1, bound)));
  const maxLength = bounds.find((bound) => lintPattern(written, bound, texts(bound)).length === 0);
  if (maxLength === undefined) {
    const problems = lintPattern(written, bounds.at(-1) ?? least, texts(bounds.at(-1) ?? least));
    throw new Unadaptable(
      (problems.length > 0 ? problems : ['its pattern is too slow']).map((each) => `${shown}: ${each}`),
    );
  }
  if (maxLength !== most) {
    const was = most === undefined ? 'added' : `instead of ${most}`;
    changes.push(`${shown}: maxLength ${maxLength} ${was}, for which its pattern is fast enough`);
  }
  if (written !== pattern)
    changes.push(`${shown}: pattern written so that it matches the whole text: ${shownWord(written)}`);
  return { schema: { ...schema, maxLength, pattern: written }, changes };
}

/** A pattern beside listed values is tried on them by nobody: it stays beside them. */
function listedText(
  listed: JsonValue[],
  pattern: string | undefined,
  format: string | undefined,
  place: string,
  times: number,
  changes: string[],
): Adapted {
  const formatted: JsonObject = format === undefined ? {} : { format };
  if (pattern === undefined) return { schema: { type: 'string', enum: listed, ...formatted }, changes };
  const maxLength = Math.max(1, ...listed.map((value) => [...String(value)].length));
  const written = wholePattern(pattern);
  if (lintPattern(written, maxLength, times).length > 0) {
    throw new Unadaptable([`${shownPlace(place)}: its pattern can't be checked safely on its listed values`]);
  }
  return { schema: { type: 'string', enum: listed, maxLength, pattern: written, ...formatted }, changes };
}

function fits(value: string, least: number | undefined, most: number | undefined): boolean {
  const { length } = [...value];
  return length >= (least ?? 0) && length <= (most ?? length);
}

function onePattern(parts: readonly ForeignPart[], place: string): string | undefined {
  const patterns = new Set<string>();
  for (const { schema } of parts) {
    if (schema.pattern === undefined) continue;
    if (typeof schema.pattern !== 'string') throw new Unadaptable([`${shownPlace(place)}: its pattern is no text`]);
    patterns.add(schema.pattern);
  }
  if (patterns.size > 1) throw new Unadaptable([`${shownPlace(place)}: two patterns can't be written as one`]);
  return [...patterns][0];
}

function oneFormat(parts: readonly ForeignPart[], place: string, changes: string[]): string | undefined {
  const formats = new Set<string>();
  const shown = shownPlace(place);
  for (const { schema } of parts) {
    if (schema.format === undefined) continue;
    const name = String(schema.format);
    const narrower = NARROWER.get(name);
    if (narrower !== undefined) {
      changes.push(`${shown}: format ${narrower} instead of ${name}`);
      formats.add(narrower);
    } else if (typeof schema.format === 'string' && CHECKED.has(name)) formats.add(name);
    // JSON Schema Validation 2020-12, 7.2.3: an unknown format says nothing about the value.
    else changes.push(`${shown}: format ${shownWord(name)} left out; the gate doesn't know it`);
  }
  if (formats.size > 1)
    throw new Unadaptable([`${shown}: no text is known to have the formats ${[...formats].join(' and ')}`]);
  return [...formats][0];
}

import type { JsonObject, JsonValue } from '../contracts';
import { isObject } from '../json/is-object';
import { sortedText } from '../json/sorted-text';
import { type Adaptation, childOf, type ForeignNode, type ForeignPart, Unadaptable } from './adapted-schema';
import { alternativesOf } from './alternatives';
import { listedValues } from './listed-values';
import { propertiesOf, requiredOf } from './one-of-several';
import { placeBelow, shownPlace } from './places';
import { type TypeName, typedAlternatives } from './typed-alternatives';

/** Formats of which no text has two. */
const APART: readonly string[] = ['date', 'date-time', 'time', 'email', 'ipv4', 'uuid'];

/** How deep two schemas are compared. */
const MOST_DEPTH = 4;

/** What was done so that a schema accepts nothing of the excluded ones. */
interface Excluding {
  readonly schema: JsonObject;
  readonly changes: readonly string[];
}

/**
 * An adapted schema that surely accepts nothing that one of the excluded schemas accepts: `not`, and the other branches of `oneOf`. If an
 * optional argument makes the difference, it is left out.
 * @throws Unadaptable if they can't be told apart
 */
export function excluding(
  adapted: JsonObject,
  excluded: readonly ForeignNode[],
  place: string,
  adaptation: Adaptation,
): Excluding {
  let schema = adapted;
  const changes: string[] = [];
  for (const node of excluded) {
    for (const way of waysOf(node, place, adaptation)) {
      if (way === undefined || !apart(schema, way, place, adaptation, 0)) {
        const name = way && removable(schema, way);
        if (name === undefined)
          throw new Unadaptable([`${shownPlace(place)}: a value could fit two alternatives of which only one may fit`]);
        const { [name]: _, ...rest } = propertiesOf(schema);
        schema = { ...schema, properties: rest };
        changes.push(`${shownPlace(placeBelow(place, name))}: argument left out: it belongs to another alternative`);
      }
    }
  }
  if (Number(schema.minProperties ?? 0) > Object.keys(propertiesOf(schema)).length) {
    throw new Unadaptable([`${shownPlace(place)}: fewer keys are left than it must have`]);
  }
  return { schema, changes };
}

interface Way {
  readonly type: TypeName;
  readonly parts: readonly ForeignPart[];
  /** Nothing says that values of other types don't fit. */
  readonly othersToo: boolean;
}

/** The ways to be valid for an excluded schema. Undefined among them: one that can't be read. */
function waysOf(node: ForeignNode, place: string, adaptation: Adaptation): (Way | undefined)[] {
  try {
    const alternatives = alternativesOf([node], place, adaptation);
    const { typed, anything } = typedAlternatives(alternatives, place);
    const unread = [...anything, ...alternatives.filter(({ problems, fewer }) => fewer || problems.length > 0)];
    return [...typed.map((way) => ({ ...way, othersToo: way.changes.length > 0 })), ...unread.map(() => undefined)];
  } catch (error) {
    if (error instanceof Unadaptable) return [undefined];
    throw error;
  }
}

/** Whether no value fits both. */
function apart(
  ours: JsonObject,
  { type, parts, othersToo }: Way,
  place: string,
  adaptation: Adaptation,
  depth: number,
): boolean {
  if (ours.type !== type && !(isNumeric(ours.type) && isNumeric(type))) return !othersToo;
  if (parts.some((part) => listsApart(ours, part.schema) || boundsApart(ours, part.schema))) return true;
  if (type !== 'object' || depth >= MOST_DEPTH) return false;
  return parts.some((part) => objectsApart(ours, part, place, adaptation, depth));
}

function isNumeric(type: JsonValue | undefined): boolean {
  return type === 'integer' || type === 'number';
}

function listsApart(ours: JsonObject, theirs: JsonObject): boolean {
  if (!Array.isArray(ours.enum)) return false;
  const values = ours.enum.map(sortedText);
  return listedValues(theirs).some((list) => {
    const others = new Set(list.map(sortedText));
    return values.every((value) => !others.has(value));
  });
}

function boundsApart(ours: JsonObject, theirs: JsonObject): boolean {
  const below = (low: JsonValue | undefined, high: JsonValue | undefined) =>
    typeof low === 'number' && typeof high === 'number' && high < low;
  const formats = [ours.format, theirs.format];
  if (formats[0] !== formats[1] && formats.every((format) => typeof format === 'string' && APART.includes(format)))
    return true;
  return [
    ['minimum', 'maximum'],
    ['minLength', 'maxLength'],
    ['minItems', 'maxItems'],
  ].some(([low = '', high = '']) => below(ours[low], theirs[high]) || below(theirs[low], ours[high]));
}

function objectsApart(
  ours: JsonObject,
  part: ForeignPart,
  place: string,
  adaptation: Adaptation,
  depth: number,
): boolean {
  const { required, properties, additionalProperties } = part.schema;
  const [own, needed] = [propertiesOf(ours), requiredOf(ours)];
  if (Array.isArray(required) && required.some((name) => typeof name === 'string' && !Object.hasOwn(own, name)))
    return true;
  const theirs = isObject(properties) ? properties : {};
  if (additionalProperties === false && part.schema.patternProperties === undefined) {
    if (needed.some((name) => typeof name === 'string' && !Object.hasOwn(theirs, name))) return true;
  }
  return needed.some((name) => {
    if (typeof name !== 'string' || !Object.hasOwn(theirs, name)) return false;
    const mine = own[name];
    const ways = waysOf(childOf(part, theirs[name] ?? true), placeBelow(place, name), adaptation);
    return isObject(mine) && ways.every((way) => way !== undefined && apart(mine, way, place, adaptation, depth + 1));
  });
}

/** An optional argument that the other schema requires: without it, no value fits both. */
function removable(ours: JsonObject, { type, parts }: Way): string | undefined {
  if (type !== 'object' || ours.type !== 'object') return undefined;
  const [own, needed] = [propertiesOf(ours), requiredOf(ours)];
  for (const { schema } of parts) {
    for (const name of Array.isArray(schema.required) ? schema.required : []) {
      if (typeof name === 'string' && Object.hasOwn(own, name) && !needed.includes(name)) return name;
    }
  }
  return undefined;
}

import type { JsonObject, JsonValue } from '../contracts';
import { isObject } from '../json/is-object';
import {
  type Adaptation,
  type Adapted,
  childOf,
  type ForeignNode,
  type ForeignPart,
  Unadaptable,
} from './adapted-schema';
import { largest, smallest } from './bounds';
import { declaredNames, nameProblem, namesAllowed } from './declared-names';
import { fixedDependencies } from './dependencies';
import { patternMatches } from './pattern-properties';
import { placeBelow, shownPlace } from './places';
import { OBJECT_KEYS } from './stated-bounds';

/** What a person writes to declare the keys of a map. */
export const KEYS_CHOICE = 'keys:';

/**
 * An object for which all parts hold, closed: only keys that a part declares. An optional argument that can't be made safe is left out.
 * @throws Unadaptable
 */
export function adaptObject(
  parts: readonly ForeignPart[],
  place: string,
  times: number,
  adaptation: Adaptation,
): Adapted {
  const shown = shownPlace(place);
  const changes: string[] = [];
  if (parts.some(({ schema }) => schema.enum !== undefined || schema.const !== undefined)) {
    throw new Unadaptable([`${shown}: it lists whole objects; no policy can read them`]);
  }
  const chosen = chosenKeys(adaptation.choices[place]);
  const declared = new Set([...declaredNames(parts), ...chosen]);
  const required = new Set([...requiredNames(parts), ...boolRequired(parts)]);
  const dropped = fixedDependencies(parts, declared, required, place, changes);
  for (const name of dropped) declared.delete(name);
  if (declared.size > OBJECT_KEYS) throw new Unadaptable([`${shown}: it declares more than ${OBJECT_KEYS} keys`]);
  refuseMap(parts, declared, place, adaptation);
  const properties = propertiesFor(parts, declared, required, place, times, changes, adaptation);
  const least = largest(parts, 'minProperties');
  if (least !== undefined && least > properties.length)
    throw new Unadaptable([`${shown}: fewer keys are left than it must have`]);
  if (!parts.some(({ schema }) => schema.additionalProperties === false)) changes.unshift(closedLine(shown, parts));
  return { schema: objectOf(properties, required, parts), changes };
}

/** @throws Unadaptable with all reasons of all required arguments */
function propertiesFor(
  parts: readonly ForeignPart[],
  declared: ReadonlySet<string>,
  required: ReadonlySet<string>,
  place: string,
  times: number,
  changes: string[],
  adaptation: Adaptation,
): [string, JsonValue][] {
  const properties: [string, JsonValue][] = [];
  const refused: string[] = [];
  for (const name of declared) {
    const below = placeBelow(place, name);
    try {
      adaptation.spend(1);
      const { schema, changes: lines } = oneProperty(parts, name, below, times, adaptation);
      properties.push([name, schema]);
      for (const line of lines) changes.push(line);
    } catch (error) {
      if (!(error instanceof Unadaptable)) throw error;
      if (required.has(name)) refused.push(...error.reasons);
      else {
        const reasons = error.reasons.map((reason) => withoutPlace(reason, below)).join('; ');
        changes.push(`${shownPlace(below)}: argument left out: ${reasons}`);
      }
    }
  }
  if (refused.length > 0) throw new Unadaptable(refused);
  return properties;
}

function objectOf(
  properties: [string, JsonValue][],
  required: ReadonlySet<string>,
  parts: readonly ForeignPart[],
): JsonObject {
  const schema: JsonObject = {
    type: 'object',
    additionalProperties: false,
    properties: Object.fromEntries(properties),
  };
  if (required.size > 0) schema.required = [...required];
  const [least, most] = [largest(parts, 'minProperties'), smallest(parts, 'maxProperties')];
  if (least !== undefined) schema.minProperties = least;
  if (most !== undefined) schema.maxProperties = most;
  return schema;
}

function closedLine(shown: string, parts: readonly ForeignPart[]): string {
  const open = parts.some(({ schema }) => isObject(schema.additionalProperties) || isObject(schema.patternProperties));
  return `${shown}: ${open ? 'other keys, which it describes, are refused' : 'closed: other keys are refused'}`;
}

/** What all parts say of one key. */
function oneProperty(
  parts: readonly ForeignPart[],
  name: string,
  place: string,
  times: number,
  adaptation: Adaptation,
): Adapted {
  const problem = nameProblem(name) ?? (namesAllowed(parts, name) ? undefined : 'no key may have this name');
  if (problem !== undefined) throw new Unadaptable([`${shownPlace(place)}: ${problem}`]);
  const nodes: ForeignNode[] = [];
  for (const [index, part] of parts.entries()) {
    // What is below the outermost part counts as described by it.
    const outermost = parts.slice(0, index).every(({ schema }) => !isObject(schema.properties));
    const described =
      outermost && parts.some(({ schema }) => isObject(schema.properties) && Object.hasOwn(schema.properties, name));
    nodes.push(...nodesFor(part, name, place, described));
  }
  return adaptation.adapt(nodes, place, times);
}

/** @param described by a part below this one, for `unevaluatedProperties` */
function nodesFor(part: ForeignPart, name: string, place: string, described: boolean): ForeignNode[] {
  const { properties, patternProperties, additionalProperties, unevaluatedProperties } = part.schema;
  const nodes: ForeignNode[] = [];
  if (isObject(properties) && Object.hasOwn(properties, name)) nodes.push(childOf(part, properties[name] ?? true));
  if (isObject(patternProperties)) {
    for (const [pattern, schema] of Object.entries(patternProperties)) {
      if (patternMatches(pattern, name, place)) nodes.push(childOf(part, schema));
    }
  }
  if (nodes.length > 0) return nodes;
  if (additionalProperties !== undefined) return [childOf(part, additionalProperties)];
  return unevaluatedProperties === undefined || described ? [] : [childOf(part, unevaluatedProperties)];
}

/** An object without declared keys is a map, which no policy can read. */
function refuseMap(
  parts: readonly ForeignPart[],
  declared: ReadonlySet<string>,
  place: string,
  adaptation: Adaptation,
): void {
  const closed = parts.some(
    ({ schema }) => schema.additionalProperties === false && !isObject(schema.patternProperties),
  );
  if (closed) return;
  const isMap = parts.some(
    ({ schema }) => isObject(schema.additionalProperties) || schema.additionalProperties === true,
  );
  const nothing = declared.size === 0 && place !== '';
  if (isMap || nothing || adaptation.choices[place]?.startsWith(KEYS_CHOICE)) {
    adaptation.offer(place, [`${KEYS_CHOICE} name, name`]);
  }
  // A tool without arguments is one that takes none.
  if (!nothing) return;
  throw new Unadaptable([
    `${shownPlace(place)}: it declares no keys; choose "${KEYS_CHOICE} name, name" to declare those that may be sent`,
  ]);
}

function chosenKeys(choice: string | undefined): string[] {
  if (choice === undefined || !choice.startsWith(KEYS_CHOICE)) return [];
  return choice
    .slice(KEYS_CHOICE.length)
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
}

function requiredNames(parts: readonly ForeignPart[]): string[] {
  return parts.flatMap(({ schema }) =>
    Array.isArray(schema.required) ? schema.required.filter((name): name is string => typeof name === 'string') : [],
  );
}

/** Draft 3 and hand-written schemas say `required: true` in the property itself. */
function boolRequired(parts: readonly ForeignPart[]): string[] {
  return parts.flatMap(({ schema: { properties } }) =>
    isObject(properties)
      ? Object.keys(properties).filter((name) => {
          const property = properties[name];
          return isObject(property) && property.required === true;
        })
      : [],
  );
}

/** A reason inside a line that begins with its place. */
function withoutPlace(reason: string, place: string): string {
  const start = `${shownPlace(place)}: `;
  return reason.startsWith(start) ? reason.slice(start.length) : reason;
}

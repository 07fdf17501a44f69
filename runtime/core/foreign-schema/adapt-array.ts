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
import { shownPlace } from './places';
import { LIST_ITEMS } from './stated-bounds';

/** Objects and lists are compared one by one where no item may occur twice. */
const MOST_UNIQUE = 100;

/** A list for which all parts hold: its items have one schema. @throws Unadaptable */
export function adaptArray(
  parts: readonly ForeignPart[],
  place: string,
  times: number,
  adaptation: Adaptation,
): Adapted {
  const shown = shownPlace(place);
  const changes: string[] = [];
  if (parts.some(({ schema }) => schema.enum !== undefined || schema.const !== undefined)) {
    throw new Unadaptable([`${shown}: it lists whole lists; no policy can read them`]);
  }
  const bounds: ListBounds = { least: largest(parts, 'minItems') ?? 0, most: smallest(parts, 'maxItems') };
  const nodes = parts.flatMap((part) => itemsOf(part, bounds, shown, changes));
  if (nodes.length === 0) nodes.push(anyItem(parts));
  const unique = parts.some(({ schema }) => schema.uniqueItems === true);
  const most = bounds.most ?? Math.max(LIST_ITEMS, bounds.least);
  const item = adaptation.adapt(nodes, `${place}/*`, times * Math.max(1, most));
  const compared = item.schema.type === 'object' || item.schema.type === 'array';
  const maxItems = unique && compared ? Math.min(most, MOST_UNIQUE) : most;
  const was = bounds.most === undefined ? 'added' : `instead of ${bounds.most}`;
  if (maxItems !== bounds.most) changes.push(`${shown}: maxItems ${maxItems} ${was}`);
  if (bounds.least > maxItems) throw new Unadaptable([`${shown}: no list is both as long and as short as it must be`]);
  const schema: JsonObject = {
    type: 'array',
    ...(bounds.least > 0 ? { minItems: bounds.least } : {}),
    maxItems,
    items: item.schema,
  };
  if (unique) schema.uniqueItems = true;
  return { schema, changes: [...changes, ...item.changes] };
}

interface ListBounds {
  least: number;
  most: number | undefined;
}

/** What each item must be, by one part. */
function itemsOf(part: ForeignPart, bounds: ListBounds, shown: string, changes: string[]): ForeignNode[] {
  const { schema } = part;
  const places = [schema.prefixItems, schema.items].find((each) => Array.isArray(each)) as JsonValue[] | undefined;
  const rest = Array.isArray(schema.items) ? schema.additionalItems : schema.items;
  const unevaluated = schema.unevaluatedItems !== undefined && schema.unevaluatedItems !== true;
  if (unevaluated && rest === undefined && places === undefined) {
    throw new Unadaptable([`${shown}: "unevaluatedItems" can't be written out`]);
  }
  const nodes = isObject(rest) ? [childOf(part, rest)] : [];
  if (places !== undefined) nodes.push(...placesOf(part, places, nodes.length > 0, bounds, shown, changes));
  else if (rest === false) bounds.most = 0;
  if (schema.contains !== undefined) nodes.push(containedIn(part, schema.contains, bounds, shown, changes));
  return nodes;
}

/** Where places of a list have schemas of their own, each item satisfies all of them. */
function placesOf(
  part: ForeignPart,
  places: readonly JsonValue[],
  hasRest: boolean,
  bounds: ListBounds,
  shown: string,
  changes: string[],
): ForeignNode[] {
  changes.push(`${shown}: each item must fit all of its ${places.length} places`);
  // Only as many as have a place, unless the rest has a schema.
  if (!hasRest) bounds.most = Math.min(bounds.most ?? places.length, places.length);
  return places.slice(0, Math.min(places.length, bounds.most ?? LIST_ITEMS)).map((each) => childOf(part, each));
}

function containedIn(
  part: ForeignPart,
  contains: JsonValue,
  bounds: ListBounds,
  shown: string,
  changes: string[],
): ForeignNode {
  const { minContains, maxContains } = part.schema;
  bounds.least = Math.max(bounds.least, typeof minContains === 'number' ? minContains : 1);
  if (typeof maxContains === 'number') bounds.most = Math.min(bounds.most ?? maxContains, maxContains);
  changes.push(`${shown}: each item must be what "contains" asks of one`);
  return childOf(part, contains);
}

function anyItem(parts: readonly ForeignPart[]): ForeignNode {
  const [first] = parts;
  return { schema: true, root: first?.root ?? true, trail: first?.trail ?? [], here: [] };
}

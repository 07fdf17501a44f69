import type { JsonObject, JsonValue } from '../contracts';
import { isObject } from '../json/is-object';
import { sortedText } from '../json/sorted-text';
import { type Adaptation, type ForeignNode, type ForeignPart, Unadaptable } from './adapted-schema';
import { listedValues } from './listed-values';
import { shownPlace } from './places';
import { referred, rootAt } from './references';
import { ALTERNATIVES } from './stated-bounds';

/** One way to be valid: all parts hold, and none of the excluded schemas does. */
export interface Alternative {
  readonly parts: readonly ForeignPart[];
  readonly excluded: readonly ForeignNode[];
  /** Titles and the like, for a person who has to choose. */
  readonly names: readonly string[];
  /** Why a branch of the document is none of the alternatives. */
  readonly problems: readonly string[];
  /** The document accepts more than this. */
  readonly fewer: boolean;
}

const ANYTHING: Alternative = { parts: [], excluded: [], names: [], problems: [], fewer: false };

/** Keywords that {@link alternativesOf} resolves. */
const COMBINING = ['$ref', 'allOf', 'extends', 'anyOf', 'oneOf', 'not', 'if', 'then', 'else'];

/** A branch that can't be used, beside those that can. */
interface Branches {
  readonly found: Alternative[];
  readonly problems: string[];
}

/**
 * All ways in which a value can be valid for all nodes: without references and combining keywords.
 * @throws Unadaptable if no way remains for a reason that isn't the document's own
 */
export function alternativesOf(nodes: readonly ForeignNode[], place: string, adaptation: Adaptation): Alternative[] {
  let all: Alternative[] = [ANYTHING];
  for (const node of nodes) all = both(all, waysOf(node, place, adaptation), place, adaptation);
  return all;
}

function waysOf(given: ForeignNode, place: string, adaptation: Adaptation): Alternative[] {
  adaptation.spend(1);
  const node = { ...given, root: rootAt(given.schema, given.root) };
  const { schema, root, trail } = node;
  if (schema === true) return [ANYTHING];
  if (schema === false) return [];
  if (!isObject(schema))
    throw new Unadaptable([`${shownPlace(place)}: it has no schema here; write an object or true`]);
  const dynamic = ['$dynamicRef', '$recursiveRef', 'disallow'].find((keyword) => schema[keyword] !== undefined);
  if (dynamic !== undefined) throw new Unadaptable([`${shownPlace(place)}: "${dynamic}" can't be written out`]);
  const plain = Object.fromEntries(Object.entries(schema).filter(([keyword]) => !COMBINING.includes(keyword)));
  let ways: Alternative[] = [{ ...ANYTHING, parts: [{ schema: plain, root, trail }] }];
  const beside = (below: JsonValue): ForeignNode => ({ ...node, schema: below });
  if (schema.$ref !== undefined) {
    ways = both(ways, waysOf(referred(node, schema.$ref, place, adaptation), place, adaptation), place, adaptation);
  }
  for (const keyword of ['allOf', 'extends']) {
    for (const each of listOf(schema[keyword]))
      ways = both(ways, waysOf(beside(each), place, adaptation), place, adaptation);
  }
  if (schema.anyOf !== undefined)
    ways = both(ways, eitherOf(schema.anyOf, beside, place, adaptation), place, adaptation);
  if (schema.oneOf !== undefined)
    ways = both(ways, exactlyOneOf(schema.oneOf, beside, place, adaptation), place, adaptation);
  if (schema.not !== undefined)
    ways = ways.map((way) => ({ ...way, excluded: [...way.excluded, beside(schema.not ?? true)] }));
  return conditional(ways, schema, beside, place, adaptation);
}

type Beside = (schema: JsonValue) => ForeignNode;

/** `then` and `else` can both be made to hold, and so can `if` with `then`. */
function conditional(
  ways: Alternative[],
  schema: JsonObject,
  beside: Beside,
  place: string,
  adaptation: Adaptation,
): Alternative[] {
  if (schema.if === undefined) return ways;
  const then = waysOf(beside(schema.then ?? true), place, adaptation);
  const otherwise = waysOf(beside(schema.else ?? true), place, adaptation);
  const condition = waysOf(beside(schema.if), place, adaptation);
  const holds = both(both(ways, condition, place, adaptation), then, place, adaptation);
  const always = both(both(ways, then, place, adaptation), otherwise, place, adaptation);
  // Without "else" the second way only repeats the condition's consequence.
  return [...named(holds, 'if'), ...named(always, 'always')].map((way) => ({ ...way, fewer: true }));
}

function eitherOf(branches: JsonValue, beside: Beside, place: string, adaptation: Adaptation): Alternative[] {
  const list = listOf(branches);
  const values = listedBranches(list);
  if (values !== undefined) return waysOf(beside({ enum: values.flat() }), place, adaptation);
  refuseMany(list, place);
  const { found, problems } = branchesOf(list, beside, place, adaptation);
  if (found.length === 0 && problems.length > 0) throw new Unadaptable(problems);
  return found.map((way) => ({ ...way, problems: [...way.problems, ...problems] }));
}

function exactlyOneOf(branches: JsonValue, beside: Beside, place: string, adaptation: Adaptation): Alternative[] {
  const list = listOf(branches);
  const values = listedBranches(list);
  if (values !== undefined) return waysOf(beside({ enum: onlyOnce(values) }), place, adaptation);
  refuseMany(list, place);
  const found: Alternative[] = [];
  const problems: string[] = [];
  for (const [index, branch] of list.entries()) {
    const others = list.filter((_, at) => at !== index).map(beside);
    const ways = branchesOf([branch], beside, place, adaptation);
    problems.push(...ways.problems);
    found.push(...ways.found.map((way) => ({ ...way, excluded: [...way.excluded, ...others] })));
  }
  if (found.length === 0 && problems.length > 0) throw new Unadaptable(problems);
  return found.map((way) => ({ ...way, problems: [...way.problems, ...problems] }));
}

/** Keywords of a branch that lists values. */
const LISTING = new Set(['const', 'enum', 'type', 'title', 'description', '$comment', 'deprecated']);

/** The values of branches that only list values of their own type, a list for each branch. Undefined: a branch does more. */
function listedBranches(list: readonly JsonValue[]): JsonValue[][] | undefined {
  const branches: JsonValue[][] = [];
  for (const branch of list) {
    if (!isObject(branch) || Object.keys(branch).some((keyword) => !LISTING.has(keyword))) return undefined;
    const [listed, ...more] = listedValues(branch);
    if (listed === undefined || more.length > 0) return undefined;
    if (branch.type !== undefined && listed.some((value) => typeof value !== branch.type)) return undefined;
    branches.push(listed);
  }
  return branches.length > 0 ? branches : undefined;
}

/** A value of two branches of `oneOf` fits none. */
function onlyOnce(branches: readonly JsonValue[][]): JsonValue[] {
  const times = new Map<string, number>();
  for (const values of branches) {
    for (const text of new Set(values.map(sortedText))) times.set(text, (times.get(text) ?? 0) + 1);
  }
  return branches.flat().filter((value) => times.get(sortedText(value)) === 1);
}

function refuseMany(list: readonly JsonValue[], place: string): void {
  if (list.length > ALTERNATIVES)
    throw new Unadaptable([`${shownPlace(place)}: it has more than ${ALTERNATIVES} alternatives`]);
}

function branchesOf(list: readonly JsonValue[], beside: Beside, place: string, adaptation: Adaptation): Branches {
  const branches: Branches = { found: [], problems: [] };
  for (const branch of list) {
    try {
      const name = isObject(branch) && typeof branch.title === 'string' ? [branch.title] : referenceName(branch);
      branches.found.push(
        ...waysOf(beside(branch), place, adaptation).map((way) => ({ ...way, names: [...name, ...way.names] })),
      );
    } catch (error) {
      if (!(error instanceof Unadaptable)) throw error;
      branches.problems.push(...error.reasons);
    }
  }
  return branches;
}

/** The last part of a reference, such as `Circle` of `#/$defs/Circle`. */
function referenceName(branch: JsonValue): string[] {
  const reference = isObject(branch) && typeof branch.$ref === 'string' ? branch.$ref : '';
  const name = /([A-Za-z0-9_.-]{1,64})$/.exec(reference)?.[1];
  return name === undefined ? [] : [name];
}

function both(
  one: readonly Alternative[],
  other: readonly Alternative[],
  place: string,
  adaptation: Adaptation,
): Alternative[] {
  adaptation.spend(one.length * other.length);
  if (one.length * other.length > ALTERNATIVES) {
    throw new Unadaptable([`${shownPlace(place)}: it has more than ${ALTERNATIVES} alternatives`]);
  }
  return one.flatMap((first) =>
    other.map((second) => ({
      parts: [...first.parts, ...second.parts],
      excluded: [...first.excluded, ...second.excluded],
      names: [...first.names, ...second.names],
      problems: [...first.problems, ...second.problems],
      fewer: first.fewer || second.fewer,
    })),
  );
}

function named(ways: readonly Alternative[], name: string): Alternative[] {
  return ways.map((way) => ({ ...way, names: [...way.names, name] }));
}

/** A keyword that should hold a list; a single schema is taken as a list of one. */
function listOf(value: JsonValue | undefined): JsonValue[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [value];
}

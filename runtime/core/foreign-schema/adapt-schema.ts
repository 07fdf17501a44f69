import type { JsonObject, JsonValue } from '../contracts';
import { isObject } from '../json/is-object';
import { tooMuch, type ValueLimits } from '../json/too-much';
import { lintSchema } from '../schema/lint-schema';
import { adaptPlace } from './adapt-place';
import {
  type Adaptation,
  type AdaptedSchema,
  type SchemaChoices,
  TooLarge,
  Unadaptable,
  WrongChoice,
} from './adapted-schema';
import { shownPlace } from './places';
import { SCHEMA_CHARACTERS, STEPS, UNROLLED } from './stated-bounds';

const LIMITS: ValueLimits = { values: 500_000, depth: 200, characters: 64 * 1024 * 1024 };

/**
 * Transforms a JSON Schema that somebody else wrote (draft 4 to 2020-12, OpenAPI 3) into one that the gate can decide on. It only
 * narrows: what the result accepts, the original accepts, so arguments go to the target as they are. It reports each difference, never
 * throws, and takes bounded time for any value. docs/importing.md has the rules.
 *
 * @param foreign untrusted
 * @param choices what a person chose, by place
 */
export function adaptSchema(foreign: JsonValue, choices: SchemaChoices = {}): AdaptedSchema {
  const problem = tooMuch(foreign, LIMITS);
  if (problem !== undefined) return { ok: false, refused: [`/: ${problem}`], possible: {} };
  let recursive = true;
  const noteRecursion = () => {
    recursive = true;
  };
  for (let unrolled = UNROLLED; unrolled >= 0 && recursive; unrolled -= 1) {
    recursive = false;
    try {
      return adaptOnce(foreign, choices, unrolled, noteRecursion);
    } catch (error) {
      // Written out less often, a schema that refers to itself may be small enough.
      if (!(error instanceof TooLarge)) throw error;
    }
  }
  return {
    ok: false,
    refused: [`/: it takes more than ${STEPS} steps to read; ask for a smaller schema`],
    possible: {},
  };
}

/** @throws TooLarge */
function adaptOnce(
  foreign: JsonValue,
  choices: SchemaChoices,
  unrolled: number,
  noteRecursion: () => void,
): AdaptedSchema {
  const possible = new Map<string, readonly string[]>();
  const leftOut = new Set<string>();
  let steps = 0;
  const adaptation: Adaptation = {
    // A place of the document must not find a member of Object.prototype.
    choices: Object.assign(Object.create(null), choices) as SchemaChoices,
    unrolled,
    noteRecursion,
    offer: (place, options) => possible.set(place, [...new Set([...(possible.get(place) ?? []), ...options])]),
    leaveOut: (keyword) => leftOut.add(keyword),
    spend: (count) => {
      steps += count;
      if (steps > STEPS) throw new TooLarge();
    },
    adapt: (nodes, place, times) => adaptPlace(nodes, place, times, adaptation),
  };
  const offered = () => Object.fromEntries(possible);
  try {
    // A tool takes an object, whether its schema says so or not.
    const nodes = [topOf(foreign), { type: 'object' }].map((schema) => ({
      schema,
      root: foreign,
      trail: [],
      here: [],
    }));
    const { schema, changes } = adaptation.adapt(nodes, '', 1);
    const notes =
      leftOut.size === 0
        ? []
        : [`/: left out, since they restrict nothing: ${[...leftOut].sort().slice(0, 50).join(', ')}`];
    // A misspelt choice would be passed over, and so would one that the document no longer offers.
    const stale = Object.keys(choices).filter((place) => !possible.has(place));
    if (stale.length > 0) throw new Unadaptable(stale.map(staleChoice));
    return checked(schema, [...topChanges(foreign), ...changes, ...notes], offered());
  } catch (error) {
    if (error instanceof WrongChoice) return { ok: false, refused: [error.message], possible: offered() };
    if (error instanceof Unadaptable) return { ok: false, refused: [...new Set(error.reasons)], possible: offered() };
    throw error;
  }
}

function staleChoice(place: string): string {
  const isPlace = place === '' || /^(?:\/(?:[^~]|~[01])*)$/.test(place);
  return `${isPlace ? shownPlace(place) : '/'}: nothing can be chosen ${isPlace ? 'here' : 'at a choice whose place is no pointer'}; remove the choice`;
}

/** The result is held to the same rules as a schema written by hand. */
function checked(schema: JsonObject, changes: string[], possible: Record<string, readonly string[]>): AdaptedSchema {
  const { length } = JSON.stringify(schema);
  const problems =
    length > SCHEMA_CHARACTERS
      ? [`/: it has ${length} characters; at most ${SCHEMA_CHARACTERS} are read by a model`]
      : lintSchema(schema);
  return problems.length > 0 ? { ok: false, refused: problems, possible } : { ok: true, schema, changes, possible };
}

/** Some servers list tools without arguments with no schema at all. */
function topOf(foreign: JsonValue): JsonValue {
  return foreign === null ? {} : foreign;
}

function topChanges(foreign: JsonValue): string[] {
  if (!isObject(foreign)) return ['/: it has no schema; the tool takes no arguments'];
  return foreign.$schema === undefined ? [] : ['/: $schema left out; the gate reads one dialect'];
}

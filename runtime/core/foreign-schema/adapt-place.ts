import type { JsonObject } from '../contracts';
import { withoutInvisible } from '../display';
import { adaptArray } from './adapt-array';
import { adaptBoolean } from './adapt-boolean';
import { adaptNumber } from './adapt-number';
import { adaptObject } from './adapt-object';
import { adaptString } from './adapt-string';
import { type Adaptation, type Adapted, type ForeignNode, type ForeignPart, Unadaptable } from './adapted-schema';
import { alternativesOf } from './alternatives';
import { chosenAlternatives } from './choices';
import { excluding } from './exclusions';
import { together } from './one-of-several';
import { shownPlace, shownWord } from './places';
import { DEPTH, NOTE_CHARACTERS } from './stated-bounds';
import { type TypedAlternative, type TypeName, typedAlternatives } from './typed-alternatives';

/** Keywords that are read. Others restrict nothing, or are resolved before. */
const READ: ReadonlySet<string> = new Set([
  ...[
    'type',
    'enum',
    'const',
    'description',
    'default',
    'nullable',
    '$defs',
    'definitions',
    '$id',
    '$schema',
    '$anchor',
  ],
  ...['properties', 'required', 'additionalProperties', 'minProperties', 'maxProperties', 'patternProperties'],
  ...['propertyNames', 'dependentRequired', 'dependentSchemas', 'dependencies', 'unevaluatedProperties'],
  ...['items', 'prefixItems', 'additionalItems', 'unevaluatedItems', 'contains', 'minContains', 'maxContains'],
  ...['minItems', 'maxItems', 'uniqueItems', 'minLength', 'maxLength', 'pattern', 'format'],
  ...['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf', 'divisibleBy'],
]);

/** Which of several types is taken, in whatever order the document has them. The first says what the others say as well, as a text. */
const PREFERRED: readonly TypeName[] = ['string', 'number', 'integer', 'array', 'boolean'];

/** One schema for the value at a place, for which all nodes hold. @throws Unadaptable */
export function adaptPlace(
  nodes: readonly ForeignNode[],
  place: string,
  times: number,
  adaptation: Adaptation,
): Adapted {
  const shown = shownPlace(place);
  if (place.split('/').length - 1 > DEPTH)
    throw new Unadaptable([`${shown}: it is nested deeper than ${DEPTH} levels`]);
  const alternatives = alternativesOf(nodes, place, adaptation);
  const { typed, anything, nullable } = typedAlternatives(alternatives, place);
  const { usable, changes } = chosenAlternatives(typed, anything, place, adaptation);
  if (usable.length === 0) {
    throw new Unadaptable([`${shown}: ${nullable ? 'only null fits; leave it out' : 'no value fits it'}`]);
  }
  if (nullable) changes.push(`${shown}: null refused; leave the argument out instead`);
  for (const problem of new Set(alternatives.flatMap(({ problems }) => problems)))
    changes.push(`${problem} (alternative left out)`);
  const adapted = adaptEach(usable, place, times, adaptation);
  const { schema, changes: merged } = oneOf(adapted, place, adaptation);
  return { schema, changes: [...changes, ...merged] };
}

/** An adapted alternative and its name for a person. */
interface Candidate extends Adapted {
  readonly label: string;
}

/** @throws Unadaptable if no alternative can be used */
function adaptEach(
  alternatives: readonly (TypedAlternative & { readonly label: string })[],
  place: string,
  times: number,
  adaptation: Adaptation,
): Candidate[] {
  const candidates: Candidate[] = [];
  const problems: string[] = [];
  for (const alternative of alternatives) {
    try {
      const { schema, changes } = adaptTyped(alternative, place, times, adaptation);
      const apart = excluding(schema, alternative.excluded, place, adaptation);
      const notes = notesOf(alternative.parts, place, adaptation);
      candidates.push({
        label: alternative.label,
        schema: { ...apart.schema, ...notes.schema },
        changes: [...alternative.changes, ...notes.changes, ...changes, ...apart.changes],
      });
    } catch (error) {
      if (!(error instanceof Unadaptable)) throw error;
      problems.push(...error.reasons);
    }
  }
  const [first] = candidates;
  if (first === undefined) throw new Unadaptable([...new Set(problems)]);
  const left = [...new Set(problems)].map((problem) => `${problem} (alternative left out)`);
  return [{ ...first, changes: [...first.changes, ...left] }, ...candidates.slice(1)];
}

function adaptTyped({ type, parts }: TypedAlternative, place: string, times: number, adaptation: Adaptation): Adapted {
  switch (type) {
    case 'string':
      return adaptString(parts, place, times);
    case 'integer':
    case 'number':
      return adaptNumber(parts, place, type);
    case 'boolean':
      return adaptBoolean(parts, place);
    case 'array':
      return adaptArray(parts, place, times, adaptation);
    case 'object':
      return adaptObject(parts, place, times, adaptation);
  }
}

/** Merges what can be merged, and decides among the rest where a rule can. */
function oneOf(candidates: readonly Candidate[], place: string, adaptation: Adaptation): Adapted {
  const shown = shownPlace(place);
  const merged = mergedCandidates(candidates, shown);
  const lists = merged.filter(({ schema }) => schema.type === 'array');
  const rest = merged.filter(
    (candidate) => !lists.some((list) => candidate !== list && isItemOf(candidate.schema, list.schema)),
  );
  const [first, ...others] = rest;
  if (first === undefined) throw new Unadaptable([`${shown}: no value fits it`]);
  const asList = rest.length < merged.length ? [`${shown}: one item is written as a list, too`] : [];
  if (others.length === 0) return { schema: first.schema, changes: [...asList, ...first.changes] };
  const labels = rest.map(({ label }) => label).sort();
  adaptation.offer(place, labels);
  const simple = PREFERRED.map((type) => rest.find(({ schema }) => schema.type === type)).find(
    (each) => each !== undefined,
  );
  if (simple === undefined) {
    throw new Unadaptable([
      `${shown}: it is one of several objects; choose ${labels.map((label) => `"${label}"`).join(', ')}`,
    ]);
  }
  const line = `${shown}: of ${labels.join(', ')} only ${simple.label} is taken; choose another if you need it`;
  return { schema: simple.schema, changes: [...asList, line, ...simple.changes] };
}

function mergedCandidates(candidates: readonly Candidate[], shown: string): Candidate[] {
  const merged: Candidate[] = [];
  for (const candidate of candidates) {
    const at = merged.findIndex((each) => together(each.schema, candidate.schema) !== undefined);
    const beside = merged[at];
    const schema = beside && together(beside.schema, candidate.schema);
    if (beside === undefined || schema === undefined) merged.push(candidate);
    else {
      const changes = new Set([
        ...beside.changes,
        ...candidate.changes,
        `${shown}: its alternatives are written as one`,
      ]);
      merged[at] = {
        schema: withNotes(schema, beside.schema, candidate.schema),
        label: beside.label,
        changes: [...changes],
      };
    }
  }
  return merged;
}

/** A description that only one of the merged schemas has is still one of the result. */
function withNotes(schema: JsonObject, ...from: JsonObject[]): JsonObject {
  const described = from.find(({ description }) => description !== undefined);
  return described === undefined || schema.description !== undefined
    ? schema
    : { ...schema, description: described.description ?? '' };
}

function isItemOf(schema: JsonObject, list: JsonObject): boolean {
  const items = list.items;
  return typeof items === 'object' && items !== null && !Array.isArray(items) && together(items, schema) === items;
}

/** What a model reads of a schema, and lines for what is left out. */
function notesOf(parts: readonly ForeignPart[], place: string, adaptation: Adaptation): Adapted {
  const changes: string[] = [];
  let description: string | undefined;
  for (const { schema } of parts) {
    for (const keyword of Object.keys(schema)) if (!READ.has(keyword)) adaptation.leaveOut(shownWord(keyword));
    if (description === undefined && typeof schema.description === 'string' && place !== '') {
      description = note(schema.description, place, changes);
    }
    if (schema.default !== undefined) changes.push(`${shownPlace(place)}: default left out; the server sets it`);
  }
  return { schema: description === undefined || description === '' ? {} : { description }, changes };
}

function note(given: string, place: string, changes: string[]): string {
  const { text, removed } = withoutInvisible(given.slice(0, 2 * NOTE_CHARACTERS).toWellFormed());
  if (removed > 0) changes.push(`${shownPlace(place)}: ${removed} invisible characters removed from its description`);
  if (text.length <= NOTE_CHARACTERS) return text;
  changes.push(`${shownPlace(place)}: its description is cut to ${NOTE_CHARACTERS} characters`);
  return `${text.slice(0, NOTE_CHARACTERS).toWellFormed()}…`;
}

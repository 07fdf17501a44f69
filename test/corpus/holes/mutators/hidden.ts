import type { JsonObject, JsonValue } from '../../../../runtime/core/contracts';
import type { Resources } from '../../../lib/prove/quickstart-template';
import { INCLUDE } from '../mutation';
import { DECIDES, DECIDES_IN_STATEMENT, WORDS } from './guards';
import { isPlainObject, isStatement, nameOf, type Place, placesIn, statementOf } from './place';

/** Texts, references and lists of them that decide what is safe. */
export function decidingValues(resources: Resources): Place[] {
  return placesIn(resources).filter((place) => {
    const isLeaf = !isPlainObject(place.value) && !Array.isArray(place.value);
    return isLeaf && decides(place);
  });
}

/** Objects with a member that decides what is safe. */
export function decidingObjects(resources: Resources): Place[] {
  return placesIn(resources).filter((place) => {
    if (!isPlainObject(place.value)) return false;
    if (isStatement(place.value)) return true;
    return (
      Object.entries(place.value as JsonObject).some(([name, value]) => decidesOutsidePolicies(name, value)) &&
      statementOf(place) === undefined
    );
  });
}

function decides(place: Place): boolean {
  const { holders, steps } = place;
  if (statementOf(place) === undefined) {
    const name = nameOf(place);
    // Variables have names of their own, and a trail's selectors fields.
    return (
      decidesOutsidePolicies(name, place.value) ||
      steps.at(-2) === 'Variables' ||
      steps.includes('AdvancedEventSelectors')
    );
  }
  const at = holders.findLastIndex(isStatement);
  return DECIDES_IN_STATEMENT.has(String(steps[at + 1]));
}

function decidesOutsidePolicies(name: string, value: JsonValue): boolean {
  return DECIDES.has(name) || (Object.hasOwn(WORDS, name) && [value].flat().includes(WORDS[name]?.[0] ?? null));
}

/** Members that come from a macro, from a file of others, or from a loop. */
export const MACROS: readonly [Hidden, ...Hidden[]] = [
  { name: 'include', members: () => ({ 'Fn::Transform': INCLUDE }) },
  { name: 'macro', members: () => ({ 'Fn::Transform': { Name: 'Widen', Parameters: { By: 'all' } } }) },
  {
    name: 'loop',
    members: ([name, value]) => ({ 'Fn::ForEach::Each': ['Name', [name], { '${Name}': value }] }),
  },
];

interface Hidden {
  readonly name: string;
  /** Given a member of the object, which a loop may write again. */
  readonly members: (member: readonly [name: string, value: JsonValue]) => JsonObject;
}

/** Values that CloudFormation puts in from a store when it deploys. */
export const RESOLVED: readonly [string, ...string[]] = [
  '{{resolve:ssm:/app/value}}',
  '{{resolve:ssm:/app/value:3}}',
  '{{resolve:secretsmanager:app:SecretString:value}}',
];

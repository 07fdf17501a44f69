import type { JsonObject } from '../../../../runtime/core/contracts';
import type { Resources } from '../../../lib/prove/quickstart-template';
import type { Weakening } from './candidate';
import { LOST } from './guards';
import { isPlainObject, isStatement, nameOf, type Place, placesIn, statementOf } from './place';

/** Takes away one property that protects. */
export function deletions(resources: Resources): Weakening[] {
  return placesIn(resources).flatMap((place): Weakening[] => {
    const harm = harmOf(place, resources[place.logicalId]?.Properties ?? {});
    return harm === undefined ? [] : [{ place, to: undefined, harm }];
  });
}

function harmOf(place: Place, properties: JsonObject): string | undefined {
  const statement = statementOf(place);
  if (statement === undefined) return harmOutsidePolicies(place, properties);
  if (statement === place.value) return statement.Effect === 'Deny' ? 'What was denied isn’t any more.' : undefined;
  return statement.Effect === 'Allow' ? harmInAllow(place) : harmInDeny(place);
}

function harmOutsidePolicies(place: Place, properties: JsonObject): string | undefined {
  const name = nameOf(place);
  if (typeof place.steps.at(-1) === 'number') return undefined;
  // An endpoint without a policy of its own lets everybody use everything; what other policies are missing for allows nothing.
  if (name === 'PolicyDocument' && properties.ServiceName !== undefined) return 'The endpoint serves everybody.';
  return Object.hasOwn(LOST, name) ? LOST[name] : undefined;
}

/** A condition, or one key of it. */
function harmInAllow({ steps, holders }: Place): string | undefined {
  const [operators, owner] = [holders.at(-1), holders.at(-2)];
  if (steps.at(-1) === 'Condition' && isStatement(holders.at(-1))) return 'What is allowed has no condition.';
  if (isPlainObject(operators) && isPlainObject(owner) && steps.at(-3) === 'Condition') {
    return 'What is allowed has a condition less.';
  }
  return undefined;
}

/** One of several actions. */
function harmInDeny(place: Place): string | undefined {
  const { steps, holders } = place;
  const list = holders.at(-1);
  const isOneOfMany = typeof steps.at(-1) === 'number' && Array.isArray(list) && list.length > 1;
  return isOneOfMany && nameOf(place) === 'Action' ? 'An action isn’t denied any more.' : undefined;
}

/** Resources that hold a Deny and allow nothing, and that no other resource needs: without them, nothing works worse. */
export function deniers(resources: Resources): string[] {
  const places = placesIn(resources);
  const named = JSON.stringify(Object.values(resources).map(({ Properties }) => Properties));
  return Object.keys(resources).filter((logicalId) => {
    const effects = places.filter((each) => each.logicalId === logicalId && isStatement(each.value));
    const denies = effects.length > 0 && effects.every(({ value }) => (value as JsonObject).Effect === 'Deny');
    return denies && !named.includes(`"${logicalId}"`);
  });
}

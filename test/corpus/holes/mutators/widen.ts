import type { JsonObject, JsonValue } from '../../../../runtime/core/contracts';
import type { Resources } from '../../../lib/prove/quickstart-template';
import type { Weakening } from './candidate';
import { FOREIGN_ROOT, NUMBERS, STRANGE_VPC, STRANGER, SWITCHED, WORDS } from './guards';
import { isPlainObject, isStatement, nameOf, type Place, placesIn, statementOf } from './place';

/** Lets one property let more through. */
export function widenings(resources: Resources): Weakening[] {
  return placesIn(resources).flatMap((place) => {
    const statement = statementOf(place);
    if (statement === undefined) return widerOutsidePolicies(place);
    const properties = resources[place.logicalId]?.Properties ?? {};
    return statement.Effect === 'Allow' ? widerAllow(place, statement, properties) : narrowerDeny(place);
  });
}

function to(place: Place, value: JsonValue, harm: string): Weakening {
  return { place, to: value, harm };
}

function widerOutsidePolicies(place: Place): Weakening[] {
  const { value } = place;
  const name = nameOf(place);
  if (isPlainObject(value)) return widerRule(place, value);
  if (name === 'Domains' && Array.isArray(value) && !value.includes('*')) {
    return [to(place, [...value, '*.example.com'], 'Names of a stranger are resolved.')];
  }
  if (Array.isArray(value)) return [];
  if (Object.hasOwn(SWITCHED, name) && typeof value === 'boolean' && value !== SWITCHED[name]) {
    return [to(place, SWITCHED[name] as boolean, `${name} protects nothing.`)];
  }
  const [from, weaker] = Object.hasOwn(WORDS, name) ? (WORDS[name] as readonly [string, string]) : [];
  if (from !== undefined && value === from) return [to(place, weaker as string, `${name} protects less.`)];
  if (Object.hasOwn(NUMBERS, name) && Number(value) > 0 && typeof value !== 'object') {
    const number = NUMBERS[name] as number;
    if (Number(value) === number) return [];
    return [to(place, typeof value === 'string' ? String(number) : number, `${name} limits nothing.`)];
  }
  return [];
}

/** A rule of a security group, in a list or of its own. */
function widerRule(place: Place, rule: JsonObject): Weakening[] {
  const { CidrIp, DestinationPrefixListId, SourceSecurityGroupId, ...rest } = rule;
  if (rule.IpProtocol === undefined) return [];
  const wider = [to(place, { ...rest, CidrIp: '0.0.0.0/0' }, 'The rule is for the whole world.')];
  if (CidrIp === undefined)
    wider.push(to(place, { ...rule, FromPort: 0, ToPort: 65_535 }, 'The rule is for every port.'));
  return wider;
}

function widerAllow(place: Place, statement: JsonObject, properties: JsonObject): Weakening[] {
  const { value, steps, holders } = place;
  const name = steps.at(-1);
  if (isStatement(holders.at(-1))) {
    if (name === 'Action') return widerAction(place);
    // A resource's own policy is about that resource anyway. An endpoint's isn't.
    const isOwnPolicy = statement.Principal !== undefined && properties.ServiceName === undefined;
    const isNarrow = !JSON.stringify(value).includes('"*"');
    if (name === 'Resource' && !isOwnPolicy && isNarrow) return [to(place, '*', 'It is allowed on everything.')];
    if (name === 'Principal' && isPlainObject(value)) return widerPrincipal(place, value);
  }
  const operator = steps.at(-2);
  if (typeof operator === 'string' && steps.at(-3) === 'Condition') return widerCondition(place, operator);
  return [];
}

function widerAction(place: Place): Weakening[] {
  const actions = [place.value].flat().filter((action) => typeof action === 'string');
  const services = [...new Set(actions.map((action) => `${action.split(':')[0]}:*`))];
  if (actions.some((action) => action === '*' || services.includes(action))) return [];
  return [to(place, services, 'Every action of the service is allowed.'), to(place, '*', 'Every action is allowed.')];
}

function widerPrincipal(place: Place, principal: JsonObject): Weakening[] {
  if (principal.AWS === '*') return [];
  const others = { ...principal, AWS: [principal.AWS ?? [], FOREIGN_ROOT].flat() };
  return [to(place, others, 'Another account may do it too.'), to(place, { AWS: '*' }, 'Anybody may do it.')];
}

/** Wild values, where the operator takes them. Elsewhere another account, or the operator that takes wild values. */
function widerCondition(place: Place, operator: string): Weakening[] {
  const key = String(place.steps.at(-1));
  if (/Arn|Like/.test(operator)) return [to(place, '*', 'The condition always holds.')];
  if (!operator.endsWith('StringEquals')) return [];
  if (key.endsWith('Account')) {
    return [to(place, [place.value, STRANGER].flat(), 'The condition also holds for another account.')];
  }
  const condition = { ...(place.holders.at(-2) as JsonObject) };
  const others = Object.entries(condition[operator] as JsonObject).filter(([each]) => each !== key);
  delete condition[operator];
  if (others.length > 0) condition[operator] = Object.fromEntries(others);
  condition[operator.replace('StringEquals', 'StringLike')] = { [key]: '*' };
  const whole = { ...place, steps: place.steps.slice(0, -2), value: place.holders.at(-2) as JsonValue };
  return [to(whole, condition, `${key} may be anything.`)];
}

/** A Deny from which more is taken out. */
function narrowerDeny(place: Place): Weakening[] {
  const { value, steps, holders } = place;
  const [name, operator] = [String(steps.at(-1)), String(steps.at(-2))];
  if (isStatement(holders.at(-1))) {
    if (name === 'NotAction') return [to(place, [value, '*'].flat(), 'Nothing is denied any more.')];
    if (name === 'Principal') return [to(place, { AWS: FOREIGN_ROOT }, 'It is denied to a stranger only.')];
    return [];
  }
  if (steps.at(-3) !== 'Condition' || !operator.includes('Not')) return [];
  if (/Arn|Like/.test(operator)) return [to(place, [value, '*'].flat(), 'Nobody is denied.')];
  if (name.endsWith('Account')) return [to(place, [value, STRANGER].flat(), 'Another account isn’t denied.')];
  if (name.endsWith('SourceVpc')) return [to(place, [value, STRANGE_VPC].flat(), 'Another network isn’t denied.')];
  return [];
}

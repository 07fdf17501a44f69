import type { JsonObject, JsonValue } from '../../../../runtime/core/contracts';
import { add } from '../../../lib/prove/hole';
import type { Resources } from '../../../lib/prove/quickstart-template';
import type { Dig } from '../mutation';
import { otherStack, referenceFor } from './other-stack';
import { isPlainObject, isStatement, type Place, placesIn, replace } from './place';

/** A hole of which each half looks harmless, or is somewhere else. */
export interface Split {
  readonly place: Place;
  readonly how: string;
  readonly harm: string;
  readonly dig: Dig;
}

/** One statement or rule in two places. */
export function splits(resources: Resources): Split[] {
  return placesIn(resources).flatMap((place): Split[] => {
    if (isStatement(place.value)) return splitStatement(resources, place, place.value);
    return isPlainObject(place.value) && place.value.IpProtocol !== undefined ? splitRule(place, place.value) : [];
  });
}

function splitStatement(resources: Resources, place: Place, statement: JsonObject): Split[] {
  if (typeof place.steps.at(-1) !== 'number') return [];
  if (statement.Effect === 'Deny') return splitDeny(place, statement);
  return [
    ...splitConditions(place, statement),
    ...splitActions(place, statement),
    ...splitOverResources(resources, place, statement),
  ];
}

/** Two conditions of which both had to hold become two statements of which one suffices. */
function splitConditions(place: Place, statement: JsonObject): Split[] {
  const keys = Object.entries((statement.Condition ?? {}) as { [operator: string]: JsonObject }).flatMap(
    ([operator, block]) => Object.entries(block).map(([key, value]) => ({ [operator]: { [key]: value } })),
  );
  if (keys.length < 2) return [];
  const halves = keys.map((Condition, i) => ({ ...withoutSid(statement), Condition, Sid: `Half${i}` }));
  return [{ place, how: 'conditions', harm: 'One of the conditions suffices.', dig: instead(place, halves) }];
}

/** Half of the actions stays as it is; the other half is allowed everywhere. */
function splitActions(place: Place, statement: JsonObject): Split[] {
  const [actions, Resource] = [statement.Action, statement.Resource];
  if (!Array.isArray(actions) || actions.length < 2 || Resource === '*' || statement.Principal !== undefined) return [];
  const halves = [
    { ...statement, Action: actions.slice(1) },
    { ...withoutSid(statement), Action: actions.slice(0, 1), Resource: '*' },
  ];
  return [{ place, how: 'actions', harm: 'An action is allowed on everything.', dig: instead(place, halves) }];
}

/** Half of the actions is denied only where another condition holds too. */
function splitDeny(place: Place, statement: JsonObject): Split[] {
  const actions = statement.Action;
  if (!Array.isArray(actions) || actions.length < 2) return [];
  const condition = statement.Condition as JsonObject | undefined;
  const Condition = { ...condition, Bool: { 'aws:SecureTransport': 'false' } };
  const halves = [
    { ...statement, Action: actions.slice(1) },
    { ...withoutSid(statement), Action: actions.slice(0, 1), Condition },
  ];
  return [{ place, how: 'denial', harm: 'An action is denied without TLS only.', dig: instead(place, halves) }];
}

/** A copy without its condition and on everything, in a resource of its own, beside or in another stack. */
function splitOverResources(resources: Resources, { logicalId, ...rest }: Place, statement: JsonObject): Split[] {
  const place = { logicalId, ...rest };
  const { Properties } = resources[logicalId] as Resources[string];
  const [named] = Array.isArray(Properties.Roles) ? Properties.Roles : [];
  const role =
    Properties.AssumeRolePolicyDocument === undefined ? (named as { Ref?: string } | undefined)?.Ref : logicalId;
  if (role === undefined || statement.Principal !== undefined || statement.Resource === '*') return [];
  const Statement = { Effect: 'Allow', Action: statement.Action as JsonValue, Resource: '*' };
  const policy = (RoleName: JsonValue): JsonObject => ({ PolicyName: 'Half', RoleName, PolicyDocument: { Statement } });
  const harm = 'It is allowed on everything, in a policy elsewhere.';
  return [
    {
      place,
      how: 'policy beside',
      harm,
      dig: (r) => add(r, 'Half', 'AWS::IAM::RolePolicy', policy({ Ref: role })),
    },
    {
      place,
      how: 'policy in another stack',
      harm,
      dig: (_, body) => otherStack('AWS::IAM::RolePolicy', policy(referenceFor(body, { Ref: role }, 'Name'))),
    },
  ];
}

/** Two networks that are the whole world together. */
function splitRule(place: Place, rule: JsonObject): Split[] {
  const { CidrIp, DestinationPrefixListId, SourceSecurityGroupId, ...rest } = rule;
  const halves = ['0.0.0.0/1', '128.0.0.0/1'].map((cidr) => ({ ...rest, CidrIp: cidr }));
  const harm = 'Two rules together are for the whole world.';
  if (typeof place.steps.at(-1) === 'number') return [{ place, how: 'world', harm, dig: instead(place, halves) }];
  const dig: Dig = (r) => {
    const { Type } = r[place.logicalId] as Resources[string];
    halves.forEach((half, i) => add(r, `Half${i}`, Type, half));
  };
  return [{ place, how: 'world in resources', harm, dig }];
}

/** Puts several items of a list in place of one. */
function instead(place: Place, items: readonly JsonObject[]): Dig {
  return (r) => {
    const list = [...(place.holders.at(-1) as JsonValue[])];
    list.splice(place.steps.at(-1) as number, 1, ...structuredClone(items));
    replace(r, { ...place, steps: place.steps.slice(0, -1) }, list);
  };
}

function withoutSid({ Sid, ...statement }: JsonObject): JsonObject {
  return statement;
}

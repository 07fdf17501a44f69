import type { JsonObject, JsonValue } from '../../../../runtime/core/contracts';
import type { OtherApp, Stack } from './apps';
import type { DugApp, OtherHole } from './dug-app';

type Row = readonly [id: string, harm: string, dig: OtherHole['dig']];

/** Holes of one app, each as its id, its harm and its change. */
export const holesIn = (app: OtherApp, rows: readonly Row[]): OtherHole[] =>
  rows.map(([id, harm, dig]) => ({ id, app, harm, dig }));

const MAYBE: JsonObject = { 'Fn::Equals': [{ Ref: 'Stage' }, 'production'] };

/** Adds entries to a section of the first stack. */
export function declare(a: DugApp, section: string, entries: JsonObject): void {
  const { body } = a.stacks[0] as Stack;
  body[section] = { ...(body[section] as JsonObject | undefined), ...entries };
}

/** Declares a condition that a parameter decides when the app is deployed. */
export function undecided(a: DugApp): void {
  declare(a, 'Parameters', { Stage: { Type: 'String', Default: 'production' } });
  declare(a, 'Conditions', { Production: MAYBE });
}

/** Lets a resource exist only under a condition. */
export function sometimes(a: DugApp, name: string): void {
  undecided(a);
  (a.resource(name) as unknown as JsonObject).Condition = 'Production';
}

/** A value where a condition holds, and another one elsewhere. */
export function either(a: DugApp, one: JsonValue, other: JsonValue): JsonObject {
  undecided(a);
  return { 'Fn::If': ['Production', one, other] };
}

/** A parameter with a default. */
export function parameter(a: DugApp, Default: string, Type = 'String'): JsonObject {
  declare(a, 'Parameters', { Chosen: { Type, Default } });
  return { Ref: 'Chosen' };
}

/** A value that a mapping has for each region. */
export function byRegion(a: DugApp, values: JsonObject): JsonObject {
  const regions = Object.entries(values).map(([region, Value]) => [region, { Value }]);
  declare(a, 'Mappings', { Chosen: Object.fromEntries(regions) });
  return { 'Fn::FindInMap': ['Chosen', { Ref: 'AWS::Region' }, 'Value'] };
}

/** A role of the app's own with a right. */
export function beside(a: DugApp, Action: JsonValue, Resource: JsonValue, more: JsonObject = {}): void {
  a.add('AWS::IAM::Role', {
    AssumeRolePolicyDocument: {
      Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
    },
    Policies: [{ PolicyName: 'own', PolicyDocument: { Statement: [{ Effect: 'Allow', Action, Resource, ...more }] } }],
  });
}

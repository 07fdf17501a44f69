import type { JsonObject, JsonValue } from '../../../../runtime/core/contracts';
import type { Resources } from '../../../lib/prove/quickstart-template';

export type Step = string | number;

/** One value inside a resource, whatever the resource's type is. */
export interface Place {
  readonly logicalId: string;
  /** From the resource: `Properties`, `Policies`, 0, … */
  readonly steps: readonly Step[];
  readonly value: JsonValue;
  /** What holds the value, from the resource's properties down to the object or list that it is a member of. */
  readonly holders: readonly JsonValue[];
}

/** What the quickstart's stack has beside the runtime: documents of the app, and the repository of its images. */
const APPS_OWN = /^(Handbook|AgentImages)/;

/** The runtime's resources, by logical id. */
export function ofRuntime(resources: Resources): [string, Resources[string]][] {
  return Object.entries(resources).filter(([logicalId]) => !APPS_OWN.test(logicalId));
}

/** Every value of the runtime's resources: objects and lists before what is in them. Functions such as `Fn::Join` are values. */
export function placesIn(resources: Resources): Place[] {
  return ofRuntime(resources).flatMap(([logicalId, { Properties }]) => [
    ...below(logicalId, ['Properties'], Properties ?? {}, []),
  ]);
}

function* below(logicalId: string, steps: Step[], value: JsonValue, holders: JsonValue[]): Generator<Place> {
  yield { logicalId, steps, value, holders };
  if (!isPlain(value)) return;
  const members: [Step, JsonValue][] = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
  for (const [step, member] of members) yield* below(logicalId, [...steps, step], member, [...holders, value]);
}

/** A list, or an object that isn't a function of CloudFormation. */
export function isPlain(value: JsonValue | undefined): value is JsonObject | JsonValue[] {
  if (typeof value !== 'object' || value === null) return false;
  return Array.isArray(value) || !Object.keys(value).some((key) => key === 'Ref' || key.startsWith('Fn::'));
}

export function isPlainObject(value: JsonValue | undefined): value is JsonObject {
  return isPlain(value) && !Array.isArray(value);
}

/** Name of the member that the value is; for an item of a list, of the list. */
export function nameOf({ steps }: Place): string {
  return String(steps.findLast((step) => typeof step === 'string'));
}

/** The policy statement that a value is in, or is. */
export function statementOf({ holders, value }: Place): JsonObject | undefined {
  return [...holders, value].filter(isPlainObject).findLast(isStatement);
}

export function isStatement(value: JsonValue | undefined): value is JsonObject {
  return isPlainObject(value) && (value.Effect === 'Allow' || value.Effect === 'Deny');
}

/** Replaces the value at a place; without a new one, it goes. */
export function replace(resources: Resources, { logicalId, steps }: Place, by: JsonValue | undefined): void {
  let holder = resources[logicalId] as unknown as { [step: Step]: JsonValue };
  for (const step of steps.slice(0, -1)) holder = holder[step] as unknown as typeof holder;
  const last = steps.at(-1) as Step;
  if (by !== undefined) holder[last] = by;
  else if (Array.isArray(holder)) holder.splice(last as number, 1);
  else delete holder[last];
}

/** `AWS::S3::Bucket Properties.Rules.Days`: the same for places that differ by resource and number only. */
export function kindOf(type: string, { steps }: Place): string {
  return `${type} ${steps.filter((step) => typeof step === 'string').join('.')}`;
}

import type { JsonObject, JsonValue } from '../../runtime/core/contracts';
import { chosenBy } from '../checks/judge/offences';
import {
  type Assembly,
  DynamicReference,
  isObject,
  piecesOf,
  type Resource,
  referencesIn,
  type Template,
  unknownIn,
  type Value,
} from '../template';
import { guardedResources } from './guarded';
import { namedAt } from './named-at';
import type { RuntimeParts } from './runtime-parts';

/** Properties that say who may do what, and what is recorded. */
const DECIDING = [
  'AdvancedEventSelectors',
  'AssumeRolePolicyDocument',
  'EventSelectors',
  'KeyPolicy',
  'Policies',
  'Policy',
  'PolicyDocument',
  'ResourcePolicy',
];

/** By what a policy names the resource that it is for. */
const FOR = ['Bucket', 'ResourceArn', 'RoleName', 'Roles', 'SecretId'];

/**
 * What decides in the runtime's policies, or what its trail records, and isn't written in the template. Whoever may write the store,
 * deploys, or owns the other stack changes it later, and nobody can review that in a template.
 */
export function decidedAtDeployment(assembly: Assembly, parts: RuntimeParts): string[] {
  const guarded = guardedResources(assembly, parts);
  const keys = new Map(
    [...guarded.keys()]
      .filter(({ type }) => type === 'AWS::Logs::LogGroup')
      .flatMap((log) => namedAt(assembly, log, 'KmsKeyId').map((key) => [key, 'key of a log'] as const)),
  );
  const placeOf = (resource: Resource): string | undefined => guarded.get(resource) ?? keys.get(resource);
  return assembly.resources.flatMap((resource) => {
    const own = placeOf(resource);
    const [named] = own === undefined ? namedAt(assembly, resource, ...FOR).flatMap((each) => placeOf(each) ?? []) : [];
    const what = own ?? (named && `policy of the ${named}`);
    if (what === undefined) return [];
    return DECIDING.filter((member) => resource.properties[member] !== undefined).flatMap((member) => {
      const fromStores = resource.property(member).flatMap(({ value }) => [...referencesOfStores(value, member)]);
      const chosen = [...chosenIn(resource, resource.properties[member] as JsonValue, member)];
      return [
        ...[...new Set(fromStores)].map((at) => `${at} can't be proven: a store holds it when it is deployed`),
        ...[...new Set(chosen)].map((at) => `${at} can't be proven: it is chosen when it is deployed`),
      ].map((fault) => `${resource.path}, the ${what}: ${fault}`);
    });
  });
}

function* referencesOfStores(value: Value, at: string): Generator<string> {
  if (Array.isArray(value)) for (const item of value) yield* referencesOfStores(item, at);
  else if (isObject(value))
    for (const [key, member] of Object.entries(value)) yield* referencesOfStores(member, `${at}.${key}`);
  else if (value instanceof DynamicReference || piecesOf(value)?.some((piece) => piece instanceof DynamicReference))
    yield at;
}

/** This library writes them as texts, and a Deny for everybody. What it is about, and under which conditions, may be the app's choice. */
const WRITTEN: ReadonlySet<string> = new Set(['Effect', 'Action', 'NotAction', 'Equals', 'Field', 'Service']);

/** Members that are a parameter's, an import's, or another resource's value, by whichever function. */
function* chosenIn({ template }: Resource, raw: JsonValue, at: string): Generator<string> {
  // A nested stack gets what another template of the app writes.
  if (template.parent === undefined) yield* chosenWithin(template, raw, at);
}

function* chosenWithin(template: Template, value: JsonValue, at: string): Generator<string> {
  if (Array.isArray(value)) for (const item of value) yield* chosenWithin(template, item, at);
  else if (typeof value === 'object' && value !== null)
    for (const [key, member] of Object.entries(value)) {
      const place = `${at}.${key}`;
      if (mustBeWritten(value, key) && isChosen(template, member, place)) yield place;
      else yield* chosenWithin(template, member, place);
    }
}

function mustBeWritten({ Effect }: JsonObject, member: string): boolean {
  return WRITTEN.has(member) || (member === 'Principal' && Effect === 'Deny');
}

/** Names of the partition, the region and the account are nobody's choice. */
function isChosen(template: Template, raw: JsonValue, at: string): boolean {
  return template
    .resolve(raw, at)
    .some(
      ({ value, assuming }) =>
        chosenBy(assuming) !== undefined ||
        unknownIn(value) !== undefined ||
        referencesIn(value).some(({ isPseudo }) => !isPseudo),
    );
}

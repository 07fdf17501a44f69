import { type Assembly, DynamicReference, isObject, piecesOf, type Resource, type Value } from '../template';
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
 * Values of the runtime's policies and of its trail that CloudFormation puts in from a store when it deploys. Whoever may write the
 * store changes them later, without a change of the template that anybody could review.
 */
export function leftToStores(assembly: Assembly, parts: RuntimeParts): string[] {
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
      const found = new Set(resource.property(member).flatMap(({ value }) => [...referencesOfStores(value, member)]));
      return [...found].map(
        (at) => `${resource.path}, the ${what}: ${at} can't be proven: a store holds it when it is deployed`,
      );
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

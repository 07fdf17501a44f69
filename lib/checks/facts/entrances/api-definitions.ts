import {
  type Assembly,
  isObject,
  listOf,
  memberOf,
  type Resource,
  resourcesIn,
  Unresolved,
  type Value,
} from '../../../template/index';
import type { Entrance } from './entrance';

/** The operations of an OpenAPI document in an API's `Body` that name no caller, as one entrance. */
export function* openOperations(assembly: Assembly, api: Resource): Generator<Entrance> {
  for (const { value, assuming } of api.property('Body')) {
    const isNamed = isSaid(value);
    const open = operationsOf(value).filter(
      // A browser asks OPTIONS before it knows who calls.
      ({ method, operation }) => method !== 'options' && (isSaid(operation) ?? isNamed) !== true,
    );
    const integrated = open.map((each) => ({ ...each, reaches: reachedBy(assembly, each.operation) }));
    const leading = integrated.filter(({ reaches }) => reaches.length > 0);
    const [first] = leading;
    if (first === undefined) continue;
    const more = leading.length > 1 ? ` and ${leading.length - 1} more` : '';
    yield {
      resource: api,
      property: 'Properties.Body',
      reaches: leading.flatMap(({ reaches }) => reaches),
      message: `anybody may call ${nameOf(first)}${more}: the definition demands no caller with a name`,
      assuming,
    };
  }
}

function nameOf({ method, path }: Operation): string {
  return method === ANY ? path : `${method.toUpperCase()} ${path}`;
}

function reachedBy(assembly: Assembly, operation: Value): Resource[] {
  const integration = memberOf(operation, 'x-amazon-apigateway-integration');
  return resourcesIn(assembly, integration);
}

/** Whether the operations of an API stand outside of the template, or can't be read. */
export function isUnread(api: Resource): boolean {
  return (
    api.property('BodyS3Location').some(({ value }) => value !== undefined) ||
    api.property('Body').some(({ value }) => value instanceof Unresolved)
  );
}

/** Whether an OpenAPI document names who calls: as a whole, or in each operation. */
export function saysWhoCalls(definition: Value): boolean {
  if (isSaid(definition) === true) return true;
  const operations = operationsOf(definition).filter(({ method }) => method !== 'options');
  return operations.length > 0 && operations.every(({ operation }) => isSaid(operation) === true);
}

/** An operation without a demand of its own has that of the document; an empty list of demands has none. Source: OpenAPI 3.0, "Security Requirement Object". */
function isSaid(object: Value): boolean | undefined {
  const security = memberOf(object, 'security');
  if (security !== undefined) return listOf(security).length > 0;
  return OTHER_DEMANDS.some((member) => memberOf(object, member) !== undefined) ? true : undefined;
}

/** Source: API Gateway Developer Guide, "OpenAPI extensions". */
const OTHER_DEMANDS = ['x-amazon-apigateway-auth', 'x-amazon-apigateway-policy'];

const ANY = 'x-amazon-apigateway-any-method';
const METHODS = ['get', 'put', 'post', 'patch', 'delete', 'head', 'options', ANY];

interface Operation {
  readonly method: string;
  readonly path: string;
  readonly operation: Value;
}

function operationsOf(definition: Value): readonly Operation[] {
  const paths = memberOf(definition, 'paths');
  return Object.entries(isObject(paths) ? paths : {}).flatMap(([path, item]) =>
    Object.entries(isObject(item) ? item : {}).flatMap(([method, operation]) =>
      METHODS.includes(method.toLowerCase()) ? [{ method: method.toLowerCase(), path, operation }] : [],
    ),
  );
}

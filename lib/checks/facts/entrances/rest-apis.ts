import type { ConditionEntry } from '../../../template/iam/condition';
import { readPolicy, statementsOf } from '../../../template/iam/policy';
import { type Assembly, describe, isTrue, listOf, type Resource } from '../../../template/index';
import { strangersFault } from '../../judge/strangers';
import { openOperations } from './api-definitions';
import type { Entrance } from './entrance';
import { namedIn } from './naming';

/** What answers everybody among REST APIs: operations of an OpenAPI document, and methods. */
export function* restEntrances(assembly: Assembly): Generator<Entrance> {
  for (const api of assembly.ofType('AWS::ApiGateway::RestApi')) {
    if (!isBounded(api)) yield* openOperations(assembly, api);
  }
  for (const method of assembly.ofType('AWS::ApiGateway::Method')) {
    if (!isBoundedMethod(assembly, method)) yield* openMethod(assembly, method);
  }
}

function* openMethod(assembly: Assembly, method: Resource): Generator<Entrance> {
  if (method.property('HttpMethod').every(({ value }) => value === 'OPTIONS')) return;
  if (method.property('ApiKeyRequired').some(({ value }) => isTrue(value))) return;
  for (const { value, assuming } of method.property('AuthorizationType')) {
    if (value !== undefined && value !== 'NONE') continue;
    const reaches = namedIn(assembly, method, 'Integration');
    const [credentials] = method.property('Integration', 'Credentials');
    const message = 'anybody may call the method: it has no authorizer';
    const property = 'Properties.AuthorizationType';
    yield { resource: method, property, reaches, under: credentials?.value, message, assuming };
  }
}

/** Whether the API of a method is bounded: where it isn't in the template, nobody knows. */
export function isBoundedMethod(assembly: Assembly, method: Resource): boolean {
  const apis = method.property('RestApiId').flatMap(({ value }) => assembly.find(value) ?? []);
  return apis.length > 0 && apis.every(isBounded);
}

/** Whether an API answers in its own network only, or its policy names who may call. */
function isBounded(api: Resource): boolean {
  const types = api.property('EndpointConfiguration', 'Types');
  if (types.every(({ value }) => listOf(value).includes('PRIVATE'))) return true;
  const document = api.property('Policy');
  if (document.some(({ value }) => value === undefined)) return false;
  const statements = statementsOf(readPolicy(api.logicalId, api.path, document));
  const allowing = statements.filter(({ effect }) => effect !== 'Deny');
  return (
    allowing.every((statement) => statement.principal !== undefined && strangersFault(statement) === undefined) ||
    statements.some(({ effect, conditions }) => effect === 'Deny' && conditions.some(isFromElsewhere))
  );
}

/** A denial for everybody who comes from other addresses or networks. */
function isFromElsewhere({ operator, key, values }: ConditionEntry): boolean {
  return (
    /^(NotIpAddress|StringNot(Equals|Like)|ArnNot(Equals|Like))$/i.test(operator) &&
    /^aws:(Source(Ip|Vpc|Vpce)|VpcSourceIp|Principal(Arn|Account|OrgID))$/i.test(key) &&
    values.length > 0 &&
    values.every((value) => !/^(\*|0\.0\.0\.0\/0|::\/0)$/.test(describe(value)))
  );
}

import { statementsOf } from '../../template/iam/policy';
import { type Assembly, listOf, type Resource, resourcesIn } from '../../template/index';
import { type AgentWorkload, agentsOf, tasksAndFunctionsOf } from './workloads';

/** APIs that a model caller may invoke, and every private API. The page of a web desk isn’t one: see `webDeskApisOf`. */
export function gateApisOf(assembly: Assembly): Set<Resource> {
  const gates = new Set(modelCallersApisOf(assembly));
  for (const api of assembly.ofType('AWS::ApiGateway::RestApi')) {
    if (isPrivateApi(api)) gates.add(api);
  }
  return gates;
}

/** APIs that a model caller may invoke. */
export function modelCallersApisOf(assembly: Assembly): Set<Resource> {
  const named = tasksAndFunctionsOf(agentsOf(assembly)).flatMap((agent) => namedByPolicies(assembly, agent));
  return new Set(named.filter(({ type }) => type.startsWith('AWS::ApiGateway')));
}

/** Whether an agent calls a gate: a private API of the app that its policies name. */
export function isBehindGate(assembly: Assembly, agent: AgentWorkload): boolean {
  return namedByPolicies(assembly, agent).some(isPrivateApi);
}

/** Resources of the app that an agent's policies name, except in a Deny. */
function namedByPolicies(assembly: Assembly, { policies }: AgentWorkload): Resource[] {
  return policies.policies
    .flatMap(({ policy }) => statementsOf(policy))
    .filter(({ effect }) => effect !== 'Deny')
    .flatMap(({ resource }) => resource?.patterns ?? [])
    .flatMap((pattern) => resourcesIn(assembly, pattern));
}

function isPrivateApi(api: Resource): boolean {
  return (
    api.type === 'AWS::ApiGateway::RestApi' &&
    api.property('EndpointConfiguration', 'Types').some(({ value }) => listOf(value).includes('PRIVATE'))
  );
}

/** Functions that the methods of APIs call, with the API of each. */
export function functionsBehind(assembly: Assembly, apis: ReadonlySet<Resource>): Map<Resource, Resource> {
  const behind = new Map<Resource, Resource>();
  for (const method of assembly.ofType('AWS::ApiGateway::Method')) {
    const api = method
      .property('RestApiId')
      .map(({ value }) => assembly.find(value))
      .find((found) => found !== undefined && apis.has(found));
    if (api === undefined) continue;
    for (const called of functionsCalledBy(assembly, method)) behind.set(called, api);
  }
  return behind;
}

/** Functions that a method of an API calls. */
export function functionsCalledBy(assembly: Assembly, method: Resource): Resource[] {
  return method
    .property('Integration', 'Uri')
    .flatMap(({ value }) => resourcesIn(assembly, value))
    .filter(({ type }) => type === 'AWS::Lambda::Function');
}

import { statementsOf } from '../../template/iam/policy';
import { type Assembly, type Resource, referencesIn } from '../../template/index';
import { listOf } from '../judge/branches';
import { agentsOf } from './workloads';

/** APIs that a workload which calls a model may invoke, and every private one. */
export function gateApisOf(assembly: Assembly): Set<Resource> {
  const gates = new Set(modelCallersApisOf(assembly));
  for (const api of assembly.ofType('AWS::ApiGateway::RestApi')) {
    const types = api.property('EndpointConfiguration', 'Types').flatMap(({ value }) => listOf(value));
    if (types.includes('PRIVATE')) gates.add(api);
  }
  return gates;
}

/** APIs that a workload which calls a model may invoke. */
export function modelCallersApisOf(assembly: Assembly): Set<Resource> {
  const apis = new Set<Resource>();
  for (const { policies } of agentsOf(assembly)) {
    for (const statement of policies.policies.flatMap(({ policy }) => statementsOf(policy))) {
      for (const pattern of statement.effect === 'Deny' ? [] : (statement.resource?.patterns ?? [])) {
        for (const reference of referencesIn(pattern)) {
          const api = assembly.find(reference);
          if (api?.type.startsWith('AWS::ApiGateway')) apis.add(api);
        }
      }
    }
  }
  return apis;
}

/** Functions that the methods of APIs call, with the API of each. */
export function functionsBehind(assembly: Assembly, apis: ReadonlySet<Resource>): Map<Resource, Resource> {
  const behind = new Map<Resource, Resource>();
  for (const method of assembly.ofType('AWS::ApiGateway::Method')) {
    const [api] = method
      .property('RestApiId')
      .map(({ value }) => assembly.find(value))
      .filter((found) => found !== undefined && apis.has(found));
    if (api === undefined) continue;
    for (const reference of method.property('Integration', 'Uri').flatMap(({ value }) => referencesIn(value))) {
      const called = assembly.find(reference);
      if (called?.type === 'AWS::Lambda::Function') behind.set(called, api);
    }
  }
  return behind;
}

import { type Assembly, describe, type Resource, resourcesIn, resourcesNamedBy } from '../../../template/index';
import { openOperations } from './api-definitions';
import { behindListener } from './balancers';
import type { Entrance } from './entrance';
import { namingBy } from './naming';

/**
 * What answers everybody among HTTP and WebSocket APIs. They have no resource policy and no private address.
 *
 * Source: API Gateway Developer Guide, "Control and manage access to HTTP APIs", "Control and manage access to WebSocket APIs": only the
 * route $connect of a socket can have an authorizer.
 */
export function* httpEntrances(assembly: Assembly): Generator<Entrance> {
  const routes = namingBy(assembly, 'AWS::ApiGatewayV2::Route', 'ApiId');
  for (const api of assembly.ofType('AWS::ApiGatewayV2::Api')) {
    yield* openOperations(assembly, api);
    yield* quickCreated(assembly, api);
    const own = routes.get(api) ?? [];
    const isSocket = api.property('ProtocolType').some(({ value }) => value === 'WEBSOCKET');
    yield* isSocket
      ? openSocket(assembly, own)
      : own.flatMap((route) => [...openRoute(route, reachedBy(assembly, route))]);
  }
}

/** An API that is made with its target has one route, without an authorizer. */
function* quickCreated(assembly: Assembly, api: Resource): Generator<Entrance> {
  for (const { value, assuming } of api.property('Target')) {
    const reaches = resourcesIn(assembly, value);
    if (reaches.length === 0) continue;
    const message = 'anybody may call the API: one that is made by its target alone has no authorizer';
    yield { resource: api, property: 'Properties.Target', reaches, message, assuming };
  }
}

/** Whoever may open the socket may send to each of its routes. */
function* openSocket(assembly: Assembly, routes: readonly Resource[]): Generator<Entrance> {
  const reaches = routes.flatMap((route) => reachedBy(assembly, route));
  const opens = routes.filter((route) => route.property('RouteKey').some(({ value }) => value === '$connect'));
  for (const route of opens) yield* openRoute(route, reaches);
  const [first] = routes;
  if (opens.length > 0 || first === undefined) return;
  const message = 'anybody may open the socket: no route $connect asks who calls';
  yield { resource: first, property: 'Properties.RouteKey', reaches, message, assuming: [] };
}

function* openRoute(route: Resource, reaches: readonly Resource[]): Generator<Entrance> {
  for (const { value, assuming } of route.property('AuthorizationType')) {
    if (value !== undefined && value !== 'NONE') continue;
    const key = route.property('RouteKey').map(({ value: name }) => describe(name))[0] ?? '';
    const message = `anybody may call the route ${key}: it has no authorizer`;
    yield { resource: route, property: 'Properties.AuthorizationType', reaches, message, assuming };
  }
}

/** What the integration of a route names: a function, a state machine, or what is behind a listener in the VPC. */
function reachedBy(assembly: Assembly, route: Resource): Resource[] {
  const integrations = resourcesNamedBy(assembly, route).filter(
    ({ type }) => type === 'AWS::ApiGatewayV2::Integration',
  );
  return integrations
    .flatMap((integration) => resourcesNamedBy(assembly, integration))
    .flatMap((named) => {
      if (named.type === 'AWS::ElasticLoadBalancingV2::Listener') return behindListener(assembly, named);
      return named.type === 'AWS::ServiceDiscovery::Service' ? registeredBy(assembly, named) : [named];
    });
}

/** What registers itself under a name of Cloud Map. */
function registeredBy(assembly: Assembly, name: Resource): Resource[] {
  const services = namingBy(assembly, 'AWS::ECS::Service', 'ServiceRegistries').get(name) ?? [];
  return services.flatMap((service) => resourcesNamedBy(assembly, service));
}

import { type Assembly, isFalse, Unresolved } from '../../../template/index';
import type { Entrance } from './entrance';

/** Services of App Runner, which have a public address unless it is switched off. Source: AWS App Runner Developer Guide, "Managing incoming traffic". */
export function* publicServiceEntrances(assembly: Assembly): Generator<Entrance> {
  for (const service of assembly.ofType('AWS::AppRunner::Service')) {
    for (const { value, assuming } of service.property(
      'NetworkConfiguration',
      'IngressConfiguration',
      'IsPubliclyAccessible',
    )) {
      if (isFalse(value) || value instanceof Unresolved) continue;
      const message =
        'anybody on the internet reaches the service: its address is public, and nothing before it asks who calls';
      const property = 'Properties.NetworkConfiguration.IngressConfiguration.IsPubliclyAccessible';
      yield { resource: service, property, reaches: [service], message, assuming };
    }
  }
}

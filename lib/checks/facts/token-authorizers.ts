import { isObject, memberOf, Unresolved, type Value } from '../../template/index';

/** What a token authorizer demands of a token beside its issuer. */
const DEMANDS = ['AllowedAudience', 'AllowedClients', 'AllowedScopes', 'CustomClaims', 'AllowedWorkloadConfiguration'];

/** What a JSON Web Token authorizer demands: nothing but the issuer, something, or an unknown value. An item of a list demands, whatever it is. */
export function tokenDemand(authorizer: Value): 'issuer' | 'more' | Unresolved {
  if (authorizer instanceof Unresolved) return authorizer;
  const demands = DEMANDS.map((name) => memberOf(authorizer, name));
  if (demands.some((demand) => isObject(demand) || (Array.isArray(demand) && demand.length > 0))) return 'more';
  return demands.find((demand) => demand instanceof Unresolved) ?? 'issuer';
}

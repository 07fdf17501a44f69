import { type Assembly, type Resource, referencesIn } from '../../template/index';

/** Functions that anybody on the internet may call, and what lets them: an address or an API method without authorization. */
export function openFunctionsOf(assembly: Assembly): ReadonlyMap<Resource, Resource> {
  const open = new Map<Resource, Resource>();
  for (const url of assembly.ofType('AWS::Lambda::Url')) {
    if (!url.property('AuthType').some(({ value }) => value === 'NONE')) continue;
    for (const { value } of url.property('TargetFunctionArn')) note(open, assembly.find(value), url);
  }
  for (const method of assembly.ofType('AWS::ApiGateway::Method')) {
    if (!method.property('AuthorizationType').some(({ value }) => value === 'NONE')) continue;
    if (method.property('ApiKeyRequired').some(({ value }) => value === true)) continue;
    for (const { value } of method.property('Integration', 'Uri')) {
      for (const reference of referencesIn(value)) note(open, assembly.find(reference), method);
    }
  }
  return open;
}

function note(open: Map<Resource, Resource>, fn: Resource | undefined, by: Resource): void {
  if (fn?.type === 'AWS::Lambda::Function') open.set(fn, by);
}

import type { Assembly, Resource } from '../../template/index';
import { openEntrancesOf } from './open-entrances';

/** Functions that anybody on the internet may call, and what lets them: an address, a method, a route or an event without authorization. */
export function openFunctionsOf(assembly: Assembly): ReadonlyMap<Resource, Resource> {
  const open = new Map<Resource, Resource>();
  for (const url of assembly.ofType('AWS::Lambda::Url')) {
    if (!url.property('AuthType').some(({ value }) => value === 'NONE')) continue;
    for (const { value } of url.property('TargetFunctionArn')) note(open, assembly.find(value), url);
  }
  for (const { resource, reaches } of openEntrancesOf(assembly)) {
    for (const reached of reaches) note(open, reached, resource);
  }
  return open;
}

function note(open: Map<Resource, Resource>, fn: Resource | undefined, by: Resource): void {
  if (fn?.type === 'AWS::Lambda::Function') open.set(fn, by);
}

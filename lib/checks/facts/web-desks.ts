import type { Assembly, Resource } from '../../template/index';
import { functionsCalledBy } from './gate-apis';
import { variablesOf } from './variables';

/** Functions that sign people in and pass their decisions on. */
export function webDesksOf(assembly: Assembly): Resource[] {
  const wired = ['APPROVER_ISSUER', 'SHOW_FUNCTION', 'DECIDE_FUNCTION'];
  return assembly
    .ofType('AWS::Lambda::Function')
    .filter((each) => wired.every((variable) => variablesOf(each).some(({ name }) => name === variable)));
}

/**
 * APIs with web desks behind all of their methods. A browser signs no request, so the function checks who sends it. An API with
 * anything else behind it isn't one.
 */
export function webDeskApisOf(assembly: Assembly): ReadonlySet<Resource> {
  const desks = webDesksOf(assembly);
  const found = new Map<Resource, boolean>();
  for (const method of assembly.ofType('AWS::ApiGateway::Method')) {
    const called = functionsCalledBy(assembly, method);
    const only = called.length > 0 && called.every((each) => desks.includes(each));
    for (const { value } of method.property('RestApiId')) {
      const api = assembly.find(value);
      if (api !== undefined) found.set(api, only && found.get(api) !== false);
    }
  }
  return new Set([...found].flatMap(([api, only]) => (only ? [api] : [])));
}

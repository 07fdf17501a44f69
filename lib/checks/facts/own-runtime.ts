import type { Assembly } from '../../template/index';
import { variablesOf } from './variables';

/** Whether a runtime of this library is in the app: a function with a gate's variables. */
export function hasOwnRuntime(assembly: Assembly): boolean {
  return assembly
    .ofType('AWS::Lambda::Function')
    .some((each) => variablesOf(each).some(({ name }) => name === 'AGENT_ROLE_NAME'));
}

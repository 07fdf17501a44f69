import type { Assembly } from '../../template/index';
import { isOfRuntime } from './runtime-resources';

/** Whether a runtime of this library is in the app. Then everything in its network counts, not only the agents. */
export function hasOwnRuntime(assembly: Assembly): boolean {
  let known = KNOWN.get(assembly);
  if (known === undefined) {
    known = assembly.templates.some((template) => isOfRuntime(assembly, template));
    KNOWN.set(assembly, known);
  }
  return known;
}

const KNOWN = new WeakMap<Assembly, boolean>();

import type { Resource } from '../template';
import type { RuntimeParts } from './runtime-parts';

/** Whether two functions of the runtime keep their sessions in one table: then they belong together, whatever their agents are called. */
export function haveOneState(parts: RuntimeParts, one: Resource, other: Resource): boolean {
  const statesOf = (workload: Resource): readonly Resource[] => {
    const part = parts.ofWorkload(workload);
    return part === undefined ? [] : parts.resourcesConfigured(part, 'state');
  };
  return statesOf(one).some((state) => statesOf(other).includes(state));
}

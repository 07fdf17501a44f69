import { type AgentWorkload, agentsOf, tasksAndFunctionsOf } from '../checks/facts/workloads';
import type { Assembly } from '../template';

/** The tasks and functions whose role may call a model. What else may call one is no part of this library's runtime. */
export function modelCallersOf(assembly: Assembly): readonly AgentWorkload[] {
  return tasksAndFunctionsOf(agentsOf(assembly)).filter(({ by }) => by === 'role');
}

import { Token } from 'aws-cdk-lib';
import { DEFAULT_MEMORY_MIB } from './fargate-size';
import type { TaskOptions } from './task-options';
import { writableSizes } from './writable-sizes';

/** What Fargate takes of each number. Sources: Amazon ECS API reference, EphemeralStorage and ContainerDefinition; developer guide, "Task definition parameters for Fargate". */
const RANGES = {
  workspaceMiB: [1, 122_880],
  tmpMiB: [1, 122_880],
  workspaceDiskGiB: [21, 200],
  openFiles: [1024, 1_048_576],
} as const satisfies { readonly [name in keyof TaskOptions]?: readonly [least: number, most: number] };

const STOP_SECONDS = [2, 120] as const;

/** Why Fargate starts no task like this, or the agent in it couldn't work; undefined when it does. @internal */
export function taskProblem(
  task: TaskOptions | undefined,
  memoryLimitMiB: number | undefined,
  onPlatform: boolean,
): string | undefined {
  if (task === undefined) return undefined;
  return (
    rangeProblem(task) ??
    stopProblem(task) ??
    diskProblem(task, onPlatform) ??
    memoryProblem(task, memoryLimitMiB ?? DEFAULT_MEMORY_MIB)
  );
}

function rangeProblem(task: TaskOptions): string | undefined {
  for (const [name, [least, most]] of Object.entries(RANGES) as [keyof typeof RANGES, readonly [number, number]][]) {
    const value = task[name];
    if (value === undefined || (Number.isInteger(value) && value >= least && value <= most)) continue;
    return `task.${name} is ${value}; write a whole number from ${least} to ${most}`;
  }
  return undefined;
}

function stopProblem({ stopTimeout }: TaskOptions): string | undefined {
  if (stopTimeout === undefined) return undefined;
  const seconds = stopTimeout.toMilliseconds() / 1000;
  const [least, most] = STOP_SECONDS;
  if (Number.isInteger(seconds) && seconds >= least && seconds <= most) return undefined;
  return `a task.stopTimeout of ${seconds} seconds is refused by Fargate; write whole seconds between Duration.seconds(${least}) and Duration.seconds(${most})`;
}

function diskProblem({ workspaceDiskGiB, workspaceMiB }: TaskOptions, onPlatform: boolean): string | undefined {
  if (workspaceDiskGiB === undefined) return undefined;
  if (workspaceMiB !== undefined) {
    return 'task.workspaceMiB and task.workspaceDiskGiB are both given; /workspace is in memory or on disk: write one of them';
  }
  return onPlatform
    ? 'task.workspaceDiskGiB needs a cluster with a key of its own, and the agents of a platform share one; write task.workspaceMiB, or an agent without a platform'
    : undefined;
}

function memoryProblem(task: TaskOptions, memoryMiB: number): string | undefined {
  if (Token.isUnresolved(memoryMiB)) return undefined;
  const { workspaceMiB = 0, tmpMiB } = writableSizes(task, memoryMiB);
  if (workspaceMiB + tmpMiB <= memoryMiB / 2) return undefined;
  return `/workspace and /tmp take ${workspaceMiB + tmpMiB} of the task's ${memoryMiB} MiB of memory, more than half, and the agent would be killed when they fill; write a larger memoryLimitMiB, smaller task.workspaceMiB and task.tmpMiB, or task.workspaceDiskGiB`;
}

import { Token } from 'aws-cdk-lib';

/**
 * What the hosting guide of the Claude Agent SDK asks for: one CPU and 1 GiB. With one CPU, Fargate's least is 2 GiB.
 * @internal
 */
export const DEFAULT_CPU = 1024;
/** @internal */
export const DEFAULT_MEMORY_MIB = 2048;

const GIB = 1024;

/**
 * Memory that Fargate offers for each number of CPU units, in MiB.
 * Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html#fargate-tasks-size
 */
const SIZES: ReadonlyMap<number, readonly number[]> = new Map([
  [256, [512, GIB, 2 * GIB]],
  [512, steps(1, 4)],
  [1024, steps(2, 8)],
  [2048, steps(4, 16)],
  [4096, steps(8, 30)],
  [8192, steps(16, 60, 4)],
  [16384, steps(32, 120, 8)],
]);

function steps(fromGib: number, toGib: number, stepGib = 1): number[] {
  return Array.from({ length: (toGib - fromGib) / stepGib + 1 }, (_, i) => (fromGib + i * stepGib) * GIB);
}

/**
 * Why Fargate offers no task of this size; undefined when it does, or when the size is known only at deployment.
 * @internal
 */
export function fargateSizeProblem(cpu = DEFAULT_CPU, memoryLimitMiB = DEFAULT_MEMORY_MIB): string | undefined {
  if (Token.isUnresolved(cpu) || Token.isUnresolved(memoryLimitMiB)) return undefined;
  const memory = SIZES.get(cpu);
  if (memory === undefined) {
    return `Fargate has no task of ${cpu} CPU units; write cpu: ${[...SIZES.keys()].join(', ')}`;
  }
  if (memory.includes(memoryLimitMiB)) return undefined;
  return `Fargate has no ${memoryLimitMiB} MiB with ${cpu} CPU units; write memoryLimitMiB: ${memory.join(', ')}`;
}

import { Token } from 'aws-cdk-lib';
import { DEFAULT_MEMORY_MIB } from './fargate-size';
import type { TaskOptions } from './task-options';

/** What a task writes to, in MiB of its memory. @internal */
export interface WritableSizes {
  /** Undefined: it is on disk. */
  readonly workspaceMiB: number | undefined;
  readonly tmpMiB: number;
}

/** For a task whose memory is known only at deployment, and may be the least that Fargate has: 512 MiB. */
const LEAST_MEMORY_MIB = 512;

/** @internal */
export function writableSizes(options: TaskOptions = {}, memoryLimitMiB = DEFAULT_MEMORY_MIB): WritableSizes {
  const memory = Token.isUnresolved(memoryLimitMiB) ? LEAST_MEMORY_MIB : memoryLimitMiB;
  return {
    workspaceMiB: options.workspaceDiskGiB === undefined ? (options.workspaceMiB ?? memory / 4) : undefined,
    tmpMiB: options.tmpMiB ?? memory / 16,
  };
}

import type { Duration } from 'aws-cdk-lib';

/** The processor that an image is built for. */
export enum TaskArchitecture {
  /** Intel and AMD: `docker build --platform linux/amd64`. */
  X86_64 = 'X86_64',
  /** AWS Graviton, about a fifth cheaper: `docker build --platform linux/arm64`. */
  ARM64 = 'ARM64',
}

/**
 * The task of a session. It writes only in `/workspace`, which is its `HOME` too, and in `/tmp`. Both are empty at the start, belong to
 * user 10001, and are gone after the task.
 */
export interface TaskOptions {
  /**
   * The processor that the image is built for. With another one, the task doesn't start.
   * @default TaskArchitecture.X86_64
   */
  readonly architecture?: TaskArchitecture;
  /**
   * Size of `/workspace`, in MiB. It is a part of the task's memory. Together, `/workspace` and `/tmp` take half of the memory at most.
   * @default - a quarter of the task's memory; 128 if that is known only at deployment
   */
  readonly workspaceMiB?: number;
  /**
   * Size of `/tmp`, in MiB. It is a part of the task's memory.
   * @default - a sixteenth of the task's memory; 32 if that is known only at deployment
   */
  readonly tmpMiB?: number;
  /**
   * `/workspace` is on disk instead of in memory, encrypted with a key of this stack: the task's ephemeral storage, from 21 to 200 GiB.
   * The image must have the folder, owned by user 10001, and declare it with `VOLUME /workspace`: otherwise it belongs to root, and the
   * agent can't write there. Programs in it can be run. Not on a platform, because its agents share a cluster and its key.
   * @default - in memory
   */
  readonly workspaceDiskGiB?: number;
  /**
   * How many files the agent may have open, from 1,024 to 1,048,576. Fargate lets no other limit be set.
   * @default - Fargate's: 65,535
   */
  readonly openFiles?: number;
  /**
   * How long the agent has to end after SIGTERM, before it is killed: from 2 to 120 seconds.
   * @default Duration.seconds(30)
   */
  readonly stopTimeout?: Duration;
}

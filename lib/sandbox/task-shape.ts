import { duration } from '../private/props/cdk-shapes';
import { memberOf, number, optional, struct } from '../private/props/shape';
import { TaskArchitecture, type TaskOptions } from './task-options';

/** @internal */
export const TASK_OPTIONS = struct<TaskOptions>(
  {
    architecture: optional(memberOf<TaskArchitecture>('TaskArchitecture', TaskArchitecture, 'ARM64')),
    workspaceMiB: optional(number(512)),
    tmpMiB: optional(number(128)),
    workspaceDiskGiB: optional(number(30)),
    openFiles: optional(number(65_535)),
    stopTimeout: optional(duration('Duration.seconds(60)')),
  },
  '{ architecture: TaskArchitecture.ARM64, workspaceMiB: 512 }',
);

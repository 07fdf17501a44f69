import type { TargetManifest } from '../../../../runtime/core/contracts';
import { kindOf } from '../../../../runtime/core/targets/kinds';
import { TaskText } from '../../../../runtime/core/targets/task-text';

/** Whether a task names a target of a kind. */
export function isNamed(
  kind: TargetManifest['kind'],
  value: string,
  task: string,
  more: Partial<TargetManifest> = {},
): boolean {
  const target = { pointer: '/to', kind, ...more };
  return kindOf(target).isNamed(value, new TaskText(task), target);
}

import type { TargetManifest } from '../../../../runtime/core/contracts';
import { kindOf } from '../../../../runtime/core/targets/kinds';
import { TaskText } from '../../../../runtime/core/targets/task-text';
import { fc } from '../../../seed';

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

/** A text of these parts, and the same with a change somewhere: what an attacker would try. */
export function changed(parts: readonly string[], maxLength: number): fc.Arbitrary<{ task: string; value: string }> {
  const text = (most: number) => fc.array(fc.constantFrom(...parts), { maxLength: most }).map((each) => each.join(''));
  return fc
    .record({ task: text(maxLength), from: fc.nat(40), removed: fc.nat(3), added: text(2), odds: fc.nat(3) })
    .map(({ task, from, removed, added, odds }) => {
      const at = odds === 0 ? task.length : from % (task.length + 1);
      return { task, value: task.slice(0, at) + added + task.slice(at + removed) };
    });
}

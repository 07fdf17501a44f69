import type { TargetManifest } from '../contracts';
import type { TaskText } from './task-text';

/** How targets of one kind are compared. */
export interface ValueKind {
  /** The form in which two spellings of one target are equal. Undefined: the value isn't one target of this kind. */
  normal(value: string): string | undefined;
  /** Whether the task names the target. */
  isNamed(value: string, task: TaskText, target: TargetManifest): boolean;
}

/** Longest value that is compared. A target is no text. */
export const LONGEST_VALUE = 1024;

/** Whether a value has no letter: a number, an amount, a date. By itself it names nothing. */
export function isBare(value: string): boolean {
  return !/\p{L}/u.test(value);
}

import { beforeSentence, type TaskText, withoutPossessive } from './task-text';
import type { ValueKind } from './value-kind';

const ADDRESS =
  /^([^\s@<>()[\],;:"\\]+)@((?:[\p{L}\p{N}](?:[\p{L}\p{M}\p{N}-]*[\p{L}\p{M}\p{N}])?)(?:\.[\p{L}\p{N}](?:[\p{L}\p{M}\p{N}-]*[\p{L}\p{M}\p{N}])?)*)$/u;

/**
 * Email addresses: the local part exactly, the domain without regard to the case of ASCII letters. Nothing else is mapped:
 * a domain with a letter that only looks like another is another domain.
 */
export const emails: ValueKind = {
  normal: normalEmail,
  isNamed(value, task) {
    const normal = normalEmail(value);
    return normal !== undefined && named(task).get(normal) === true;
  },
};

function normalEmail(text: string): string | undefined {
  // A longer address can't be delivered to (RFC 5321, 4.5.3.1.3), and the expression would take time.
  if (text.length > 254) return undefined;
  const [, local, domain] = ADDRESS.exec(text) ?? [];
  if (local === undefined || domain === undefined) return undefined;
  return `${local}@${domain.replace(/[A-Z]/g, (letter) => letter.toLowerCase())}`;
}

const read = new WeakMap<TaskText, ReadonlyMap<string, boolean>>();

/** The addresses of a task, and whether none of their places is excluded. */
function named(task: TaskText): ReadonlyMap<string, boolean> {
  const known = read.get(task);
  if (known) return known;
  const found = new Map<string, boolean>();
  for (const [place, { raw, text }] of task.words.entries()) {
    if (!text.includes('@')) continue;
    for (const form of [raw, text, withoutPossessive(text), text.replace(/^mailto:/i, ''), beforeSentence(text)]) {
      const normal = normalEmail(form);
      if (normal !== undefined) found.set(normal, found.get(normal) !== false && !task.excluded[place]);
    }
  }
  read.set(task, found);
  return found;
}

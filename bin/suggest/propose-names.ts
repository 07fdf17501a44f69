import type { Manifest } from '../../runtime/core/contracts';
import { namedTargets } from '../../runtime/core/targets/address-book';
import { readTask } from '../../runtime/core/targets/task-text';
import { type ApprovedTarget, approvedOften, sessionsOf } from './approved-targets';
import { type Candidate, withTool } from './declaration';

/** Words of a name. */
const MOST_WORDS = 3;

/**
 * Proposes address-book entries: a name that all tasks of the sessions hold in which people approved a target, and no task in
 * which they approved only other targets of the tool. If several names are possible, nothing is proposed.
 *
 * @param taskOf the task of a session
 */
export function proposeNames(
  approved: readonly ApprovedTarget[],
  manifest: Manifest,
  taskOf: (sessionId: string) => string,
): Candidate[] {
  const read = new Map<string, SessionTask>();
  const readOf = (sessionId: string): SessionTask => {
    const task = read.get(sessionId) ?? taskIn(taskOf(sessionId));
    read.set(sessionId, task);
    return task;
  };
  return approvedOften(approved, ({ tried, value }) => `${tried.tool.name}\n${value}`).flatMap((group) => {
    const [first] = group;
    if (!first) return [];
    const { value } = first;
    const tool = first.tried.tool.name;
    const sessions = sessionsOf(group);
    const all = sessionsOf(approved.filter(({ tried }) => tried.tool.name === tool));
    const others = [...all].filter((session) => !sessions.has(session));
    const name = nameFor(value, [...sessions].map(readOf), others.map(readOf));
    if (name === undefined) return [];
    const entry = { name, targets: [value] };
    return [
      {
        tool,
        what: 'addressBook' as const,
        write: [
          `addTool(${JSON.stringify(tool)}, { addressBook: [{ name: ${JSON.stringify(name)}, targets: [${JSON.stringify(value)}] }] })`,
        ],
        manifest: withTool(manifest, tool, (each) => ({ ...each, addressBook: [...(each.addressBook ?? []), entry] })),
      },
    ];
  });
}

/** The task of a session. It is read once, because it is compared with many names. */
interface SessionTask {
  readonly text: string;
  readonly read: ReturnType<typeof readTask>;
}

function taskIn(text: string): SessionTask {
  return { text, read: readTask(text) };
}

/** The only name that fits: one that the target resembles, or else one of several words. */
function nameFor(value: string, tasks: readonly SessionTask[], others: readonly SessionTask[]): string | undefined {
  const [first] = tasks;
  if (first === undefined) return undefined;
  const isNamed = (name: string) => (task: SessionTask) =>
    namedTargets([{ name, targets: [value] }], task.read).length > 0;
  const fits = [...capitalized(first.text)].filter(
    (name) => tasks.every(isNamed(name)) && !others.some(isNamed(name)) && !beginsWithVerb(name, value, tasks),
  );
  const longest = fits.filter((name) => !fits.some((other) => other !== name && other.includes(name)));
  const alike = longest.filter((name) => resembles(value, name));
  const [only, ...more] = alike.length > 0 ? alike : longest.filter((name) => name.includes(' '));
  return more.length === 0 ? only : undefined;
}

/** "Tell Ann Lee": the first word of a sentence is capital without being part of the name. */
function beginsWithVerb(name: string, value: string, tasks: readonly SessionTask[]): boolean {
  const [word = ''] = name.split(' ');
  if (resembles(value, word)) return false;
  return tasks.every(({ text }) => {
    const places = [...text.matchAll(new RegExp(`(?<![\\p{L}])${word}(?![\\p{L}])`, 'gu'))];
    return places.every(({ index }) => /(?:^|[.:!?;\n])["'“‘(\s-]*$/.test(text.slice(0, index)));
  });
}

/** Words of a task with capital letters, one or several after each other. */
function capitalized(task: string): Set<string> {
  const found = new Set<string>();
  for (const [run] of task.matchAll(/\p{Lu}[\p{L}'’-]*(?: \p{Lu}[\p{L}'’-]*)*/gu)) {
    const words = run.replace(/['’]s$/, '').split(' ');
    for (const from of words.keys()) {
      for (let length = 1; length <= MOST_WORDS && from + length <= words.length; length++) {
        found.add(words.slice(from, from + length).join(' '));
      }
    }
  }
  return found;
}

/** `ann.lee@example.com` resembles "Ann Lee". A domain doesn't count: it is the same for many. */
function resembles(value: string, name: string): boolean {
  const parts = value
    .toLowerCase()
    .replace(/@.*/, '')
    .split(/[^\p{L}]+/u);
  return name
    .toLowerCase()
    .split(' ')
    .some((word) => word.length > 2 && parts.includes(word));
}

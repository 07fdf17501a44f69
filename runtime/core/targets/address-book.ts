import type { AddressBookEntry } from '../contracts';
import { form, isExcluded, isPartOfName, type Span, spansOf, wordsOf } from './names';
import type { TaskText } from './task-text';

type Book = readonly AddressBookEntry[];

/** The last answer for each book: a task has many calls. */
const answers = new WeakMap<Book, { readonly task: TaskText; readonly targets: readonly string[] }>();

/**
 * The targets of the entries that a task names: by name or alias as whole words in any case, or by the first or last word
 * of a name as written there. Words that fit several entries name none of them.
 */
export function namedTargets(book: Book, task: TaskText): readonly string[] {
  const known = answers.get(book);
  if (known?.task === task) return known.targets;
  const targets = resolve(book, task);
  answers.set(book, { task, targets });
  return targets;
}

/** A place in the task, with the entries that it may mean. */
interface Mention extends Span {
  readonly entries: ReadonlySet<AddressBookEntry>;
}

function resolve(book: Book, task: TaskText): readonly string[] {
  const mentions = [...mentionsOf(book, task).values()].filter((span) => !isPartOfName(span, task));
  const whole = outermost(mentions);
  const excluded = new Set(whole.filter((span) => isExcluded(span, task)).flatMap(({ entries }) => [...entries]));
  const named = whole.flatMap(({ entries }) => (entries.size === 1 ? [...entries] : []));
  return named.filter((entry) => !excluded.has(entry)).flatMap(({ targets }) => targets);
}

function mentionsOf(book: Book, task: TaskText): Map<string, Mention> {
  const mentions = new Map<string, Mention>();
  const add = (span: Span, entries: readonly AddressBookEntry[]) => {
    const key = `${span.from}+${span.length}`;
    const before = mentions.get(key)?.entries ?? [];
    mentions.set(key, { ...span, entries: new Set([...before, ...entries]) });
  };
  const byWord = entriesByWord(book);
  // Only entries with a word of the task can be meant. A book may have thousands.
  const near = new Set([...wordsOf(task)].flatMap((word) => byWord.get(word) ?? []));
  for (const entry of near) {
    for (const name of namesOf(entry)) {
      for (const span of spansOf(name, task, true)) add(span, [entry]);
      for (const word of shortNames(name)) {
        for (const span of spansOf(word, task, false)) add(span, byWord.get(form(word, true)) ?? []);
      }
    }
  }
  return mentions;
}

/** The first and the last word of a name of several. */
function shortNames(name: string): string[] {
  const words = name.split(' ');
  return words.length === 1 ? [] : [words[0] ?? '', words.at(-1) ?? ''];
}

const indexes = new WeakMap<Book, ReadonlyMap<string, readonly AddressBookEntry[]>>();

/** The entries with each word in small letters, made once for each book. */
function entriesByWord(book: Book): ReadonlyMap<string, readonly AddressBookEntry[]> {
  const known = indexes.get(book);
  if (known) return known;
  const found = new Map<string, AddressBookEntry[]>();
  for (const entry of book) {
    for (const word of new Set(
      namesOf(entry).flatMap((name) =>
        form(name, true)
          .replaceAll(/(^| )[@#]/g, '$1')
          .split(' '),
      ),
    )) {
      const before = found.get(word);
      if (before) before.push(entry);
      else found.set(word, [entry]);
    }
  }
  indexes.set(book, found);
  return found;
}

function namesOf({ name, aliases = [] }: AddressBookEntry): readonly string[] {
  return [name, ...aliases];
}

/** Those that no longer one contains: "Ann Lee" doesn't mention the entry "Ann". A task may hold a name thousands of times. */
function outermost(mentions: readonly Mention[]): Mention[] {
  const sorted = [...mentions].sort((one, other) => one.from - other.from || other.length - one.length);
  let end = 0;
  return sorted.filter((span) => {
    const isInside = span.from + span.length <= end;
    end = Math.max(end, span.from + span.length);
    return !isInside;
  });
}

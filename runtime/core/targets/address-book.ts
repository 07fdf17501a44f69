import type { AddressBookEntry } from '../contracts';
import { indexOf, type NameIndex } from './name-index';
import { type Mention, NameSearch } from './name-search';
import { isExcluded, isPartOfName } from './names';
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
  const targets = resolve(new NameSearch(indexFor(book), task).mentions() ?? [], task);
  answers.set(book, { task, targets });
  return targets;
}

const indexes = new WeakMap<Book, NameIndex>();

/** Made once for each book. */
function indexFor(book: Book): NameIndex {
  const known = indexes.get(book) ?? indexOf(book);
  indexes.set(book, known);
  return known;
}

function resolve(mentions: readonly Mention[], task: TaskText): readonly string[] {
  const whole = outermost(mentions.filter((span) => !isPartOfName(span, task)));
  // Many places may mean the same thousands of entries, so each group is read once.
  const groups = new Set(whole.filter((span) => isExcluded(span, task)).flatMap((mention) => [...mention.groups]));
  const excluded = new Set([...groups].flat());
  const named = new Set(whole.flatMap((mention) => onlyEntry(mention) ?? []));
  return [...named].filter((entry) => !excluded.has(entry)).flatMap(({ targets }) => targets);
}

/** The entry that a place means. Undefined: it may mean several. */
function onlyEntry({ groups }: Mention): AddressBookEntry | undefined {
  const [[first] = []] = groups;
  return [...groups].every((entries) => entries.every((entry) => entry === first)) ? first : undefined;
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

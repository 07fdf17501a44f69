import type { AddressBookEntry } from '../contracts';
import { form } from './names';

type Entries = readonly AddressBookEntry[];

/** Names that begin with the same words. */
export interface NameNode {
  /** The entries whose name or alias ends here. */
  readonly entries: AddressBookEntry[];
  readonly next: Map<string, NameNode>;
}

/** The names of an address book by their words, so that a task is compared with all of them at once. */
export interface NameIndex {
  /** Names and aliases, each word in small letters. */
  readonly names: NameNode;
  /** The first and last words of names, as they are written, and the entries that have them as a word of a name. */
  readonly shortNames: ReadonlyMap<string, Entries>;
}

export function indexOf(book: Entries): NameIndex {
  const names = emptyNode();
  const byWord = entriesByWord(book);
  const shortNames = new Map<string, Entries>();
  for (const entry of book) {
    for (const name of namesOf(entry)) {
      enter(names, name, entry);
      // The mark of a handle belongs to its name.
      for (const word of firstAndLast(name).filter((each) => /^[^@#]/.test(each))) {
        shortNames.set(form(word, false), byWord.get(form(word, true)) ?? []);
      }
    }
  }
  return { names, shortNames };
}

function enter(root: NameNode, name: string, entry: AddressBookEntry): void {
  const words = name.split(' ').map((word) => form(withoutMark(word), true));
  if (words.includes('')) return;
  let node = root;
  for (const word of words) {
    const next = node.next.get(word) ?? emptyNode();
    node.next.set(word, next);
    node = next;
  }
  if (node.entries.at(-1) !== entry) node.entries.push(entry);
}

function emptyNode(): NameNode {
  return { entries: [], next: new Map() };
}

/** The first and the last word of a name of several. */
function firstAndLast(name: string): string[] {
  const words = name.split(' ');
  return words.length === 1 ? [] : [words[0] ?? '', words.at(-1) ?? ''];
}

/** The entries with each word in small letters. */
function entriesByWord(book: Entries): ReadonlyMap<string, Entries> {
  const found = new Map<string, AddressBookEntry[]>();
  for (const entry of book) {
    const words = namesOf(entry).flatMap((name) => name.split(' ').map((word) => form(withoutMark(word), true)));
    for (const word of new Set(words)) {
      const before = found.get(word);
      if (before) before.push(entry);
      else found.set(word, [entry]);
    }
  }
  return found;
}

/** Without the mark of a handle or a channel. */
function withoutMark(word: string): string {
  return word.replace(/^[@#]/, '');
}

function namesOf({ name, aliases = [] }: AddressBookEntry): readonly string[] {
  return [name, ...aliases];
}

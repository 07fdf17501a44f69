import type { AddressBookEntry } from '../contracts';
import type { NameIndex, NameNode } from './name-index';
import { formsOf, isJoined, type Span } from './names';
import type { TaskText } from './task-text';

/** Words of names that are compared with words of one task, at most. Of 2,000 names and a long task it takes some ten thousands. */
const MOST_STEPS = 2_000_000;

/** A place in the task, with the entries that it may mean: all those of its groups. */
export interface Mention extends Span {
  readonly groups: Set<readonly AddressBookEntry[]>;
}

/** Where a task mentions names of an address book. */
export class NameSearch {
  /** Words that were compared. */
  steps = 0;
  private readonly found = new Map<string, Mention>();
  private readonly forms: ReturnType<typeof formsOf>;

  constructor(
    private readonly index: NameIndex,
    private readonly task: TaskText,
  ) {
    this.forms = formsOf(task, true);
  }

  /** Undefined: the search would take too long, so nobody counts as named. */
  mentions(): readonly Mention[] | undefined {
    for (const [word, places] of formsOf(this.task, false).places) {
      const entries = this.index.shortNames.get(word) ?? [];
      if (entries.length > 0) for (const from of places) this.add(from, 1, entries);
    }
    for (const [word, places] of this.forms.places) {
      const node = this.index.names.next.get(word);
      if (node) for (const from of places) this.follow(node, from, 1);
    }
    return this.steps > MOST_STEPS ? undefined : [...this.found.values()];
  }

  /** @param length how many words from a place on stand in the name so far */
  private follow(node: NameNode, from: number, length: number): void {
    if (this.steps > MOST_STEPS) return;
    this.steps += 1;
    if (node.entries.length > 0) this.add(from, length, node.entries);
    if (node.next.size === 0 || !isJoined(this.task.words, from + length)) return;
    for (const word of this.forms.forms[from + length] ?? []) {
      const next = node.next.get(word);
      if (next) this.follow(next, from, length + 1);
    }
  }

  private add(from: number, length: number, entries: readonly AddressBookEntry[]): void {
    this.steps += 1;
    const key = `${from}+${length}`;
    const mention = this.found.get(key) ?? { from, length, groups: new Set() };
    mention.groups.add(entries);
    this.found.set(key, mention);
  }
}

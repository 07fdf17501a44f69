import { endsSentence, type TaskText } from './task-text';
import { isBare, LONGEST_VALUE, type ValueKind } from './value-kind';
import type { Word } from './word';

/** Words of the task that a name takes. */
export interface Span {
  readonly from: number;
  readonly length: number;
}

/**
 * Names of persons, places and channels: whole words of the task, one after the other. A part of a longer name isn't the
 * name. A single word must have the same case, because many names are words too. A handle's `@` or `#` may be left out.
 */
export const names: ValueKind = {
  normal: (value) => (value.length <= LONGEST_VALUE ? value : undefined),
  isNamed(value, task) {
    if (isBare(value) || value.length > LONGEST_VALUE) return false;
    const spans = spansOf(value, task, value.includes(' ')).filter((span) => !isPartOfName(span, task));
    return spans.length > 0 && !spans.some((span) => isExcluded(span, task));
  },
};

/** Where a name stands in the task. */
export function spansOf(name: string, task: TaskText, anyCase: boolean): Span[] {
  const wanted = name.split(' ').map((word) => form(word.replace(/^[@#]/, ''), anyCase));
  if (wanted.includes('')) return [];
  const spans: Span[] = [];
  const [first = ''] = wanted;
  const words = formsOf(task, anyCase);
  for (const from of words.places.get(first) ?? []) {
    const fits = wanted.every(
      (word, index) => words.forms[from + index]?.includes(word) && (index === 0 || isJoined(task.words, from + index)),
    );
    if (fits) spans.push({ from, length: wanted.length });
  }
  return spans;
}

/** A word in the form in which two spellings are compared. */
export function form(text: string, anyCase: boolean): string {
  return anyCase ? text.normalize('NFC').toLowerCase() : text.normalize('NFC');
}

export function isExcluded({ from, length }: Span, { excluded }: TaskText): boolean {
  return excluded.slice(from, from + length).some(Boolean);
}

interface Forms {
  readonly forms: readonly (readonly string[])[];
  readonly places: ReadonlyMap<string, readonly number[]>;
}
const read = new WeakMap<TaskText, Map<boolean, Forms>>();

/** Each word in the forms in which a name may use it: as written, without a possessive, without the mark of a handle. */
export function formsOf(task: TaskText, anyCase: boolean): Forms {
  const known = read.get(task) ?? new Map<boolean, Forms>();
  read.set(task, known);
  const before = known.get(anyCase);
  if (before) return before;
  const places = new Map<string, number[]>();
  const forms = task.words.map(({ text }, index) => {
    const own = [
      ...new Set([text, text.replace(/['’]s$/, '')].map((each) => form(each.replace(/^[@#]/, ''), anyCase))),
    ];
    for (const each of own) {
      const found = places.get(each);
      if (found) found.push(index);
      else places.set(each, [index]);
    }
    return own;
  });
  known.set(anyCase, { forms, places });
  return { forms, places };
}

/** Whether a word continues the one before it: no punctuation between. */
export function isJoined(words: readonly Word[], at: number): boolean {
  const [before, word] = [words[at - 1], words[at]];
  return before !== undefined && word !== undefined && before.after === '' && !before.endsLine && !word.opens;
}

const CALENDAR = new Set(
  `monday tuesday wednesday thursday friday saturday sunday january february march april may june july august september october
  november december`.split(/\s+/),
);

/** Whether the name goes on: "Riverside" in "Riverside View Hotel" is another name. */
export function isPartOfName({ from, length }: Span, { words }: TaskText): boolean {
  const inQuotes = words[from]?.opens && words[from + length - 1]?.after !== '';
  if (inQuotes) return false;
  return continues(words, from + length) || precedes(words, from);
}

function continues(words: readonly Word[], at: number): boolean {
  return isJoined(words, at) && isCapital(words[at]) && !/['’]s$/.test(words[at - 1]?.text ?? '');
}

function precedes(words: readonly Word[], from: number): boolean {
  const [before, first] = [words[from - 1], words[from - 2]];
  if (!isJoined(words, from) || !isCapital(before) || /['’]s$/.test(before?.text ?? '')) return false;
  // The first word of a sentence is capital without being part of a name.
  return first !== undefined && !endsSentence(first) && !/:/.test(first.after) && !before?.opens;
}

function isCapital(word: Word | undefined): boolean {
  const text = word?.text ?? '';
  return /^\p{Lu}/u.test(text) && text !== 'I' && !/^I['’]/.test(text) && !CALENDAR.has(text.toLowerCase());
}

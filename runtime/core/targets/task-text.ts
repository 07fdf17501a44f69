import { excludedWords } from './exclusions';
import type { Word } from './word';

const ENCLOSING = new Set('<>()[]{}"\'“”‘’');
const CLOSING = new Set([...ENCLOSING, ...',;.:!?']);

/**
 * A user's task, read once for all calls of the session. Characters inside a word don't split it, or a part of an address
 * would count as the address.
 */
export class TaskText {
  readonly words: readonly Word[];
  /** By word: whether the task excludes it, as in "never AC-1". */
  readonly excluded: readonly boolean[];
  private readonly places = new Map<string, number[]>();

  constructor(text: string) {
    this.words = wordsOf(text);
    this.excluded = excludedWords(this.words);
    for (const [index, word] of this.words.entries()) {
      for (const form of new Set([word.raw, word.text, withoutPossessive(word.text)])) {
        if (form === '') continue;
        const places = this.places.get(form);
        if (places) places.push(index);
        else this.places.set(form, [index]);
      }
    }
  }

  /** Where a word stands, with or without enclosing punctuation or a possessive `'s`. */
  placesOf(word: string): readonly number[] {
    return this.places.get(word) ?? [];
  }

  /** Whether the words at these places name something: at least one, and none is excluded. */
  names(places: readonly number[]): boolean {
    return places.length > 0 && !places.some((place) => this.excluded[place]);
  }
}

function wordsOf(text: string): Word[] {
  return text.split('\n').flatMap((line) => {
    const raws = line.split(/\s+/).filter((raw) => raw !== '');
    return raws.map((raw, index) => wordOf(raw, index === raws.length - 1));
  });
}

/** A regular expression that ends in `$` would take quadratic time on a text of many punctuation marks. */
function wordOf(raw: string, endsLine: boolean): Word {
  let start = 0;
  let end = raw.length;
  while (start < end && ENCLOSING.has(raw.charAt(start))) start += 1;
  while (end > start && CLOSING.has(raw.charAt(end - 1))) end -= 1;
  return { raw, text: raw.slice(start, end), opens: start > 0, after: raw.slice(end), endsLine };
}

/** `ann@example.com's calendar` names `ann@example.com`. */
export function withoutPossessive(word: string): string {
  return /['’]s$/.test(word) ? word.slice(0, -2) : word;
}

/** `www.example.com.They sent it`: a sentence that begins without a space, so that the address before it can be read. */
export function beforeSentence(word: string): string {
  return /^(.*\.[a-z]{2,63})\.\p{Lu}\p{Ll}+$/u.exec(word)?.[1] ?? word;
}

/** Whether a sentence or a line ends after the word. */
export function endsSentence({ after, endsLine }: Word): boolean {
  return endsLine || /[.!?;]/.test(after);
}

/** The last task: a task has many calls. */
let last: { readonly text: string; readonly task: TaskText } | undefined;

/** Reads a task. */
export function readTask(text: string): TaskText {
  if (last?.text !== text) last = { text, task: new TaskText(text) };
  return last.task;
}

import { endsSentence, type TaskText } from './task-text';
import type { Word } from './word';

/** Words between a noun and its number: "order no. 4711", "order with the id 4711". */
const NUMBERING = new Set(['no', 'nr', 'num', 'number', 'numbers', 'id', 'ids', '#', 'with', 'the', 'whose', 'is']);
const MOST_NUMBERING = 4;
/** Words between the numbers of a list: "orders 4711, 4712 and 4713". */
const LISTING = new Set(['and', 'or', '&', 'plus', 'und', 'et', 'y']);
/** What is counted or measured, besides currencies. */
const UNITS = new Set(
  `% percent cent cents ct dollar dollars euro euros pound pounds buck bucks franc francs yen rupee rupees krona kronor kroner
  second seconds minute minutes hour hours day days week weeks month months year years am pm o'clock times time
  item items piece pieces unit units people persons person guests night nights kg g km m cm mb gb kb bytes miles`.split(
    /\s+/,
  ),
);
const CURRENCIES = new Set(Intl.supportedValuesOf('currency'));
const CURRENCY_SIGN = /\p{Sc}/u;

/** Whether a word of the task is a number without a letter, a currency or a percent sign. */
export function isPlainNumber({ text }: Word): boolean {
  return /^#?\d[\d-]*$/.test(text);
}

/** Whether the number at a place is an amount of something: "1999 cents", "EUR 50", "5 %". */
export function isAmount({ words }: TaskText, at: number): boolean {
  const [before, after] = [words[at - 1], words[at + 1]];
  const counted = after !== undefined && !endsPart(words[at]) && isUnit(after.text);
  return (
    counted ||
    (before !== undefined && !endsPart(before) && (CURRENCIES.has(before.text) || CURRENCY_SIGN.test(before.text)))
  );
}

function isUnit(word: string): boolean {
  return UNITS.has(word.toLowerCase()) || CURRENCIES.has(word) || CURRENCY_SIGN.test(word);
}

function endsPart(word: Word | undefined): boolean {
  return word === undefined || endsSentence(word) || /[,:)]/.test(word.after);
}

/**
 * Whether the number at a place is the number of one of these things: the noun stands before it, or before the list that
 * it is in, with at most words such as "number" between.
 */
export function isNumberOf(task: TaskText, at: number, nouns: ReadonlySet<string>): boolean {
  if (isAmount(task, at)) return false;
  let before = startOfList(task, at) - 1;
  for (let skipped = 0; skipped <= MOST_NUMBERING; skipped += 1, before -= 1) {
    const word = task.words[before];
    if (word === undefined || (endsPart(word) && !isAbbreviation(word) && word.after !== ':')) return false;
    const text = word.text.toLowerCase();
    // A noun such as "id" may be a word between, too.
    if (nouns.has(text) || nouns.has(text.replace(/s$/, ''))) return true;
    if (!NUMBERING.has(text)) return false;
  }
  return false;
}

/** Where the list of numbers and ids begins that ends here: "4711, AC-3 and 4713". */
function startOfList(task: TaskText, at: number): number {
  let start = at;
  for (;;) {
    const [before, first] = [task.words[start - 1], task.words[start - 2]];
    const isListed = before !== undefined && LISTING.has(before.text.toLowerCase());
    const [item, place] = isListed ? [first, start - 2] : [before, start - 1];
    const joined = isListed || before?.after === ',';
    if (item === undefined || !joined || !/^[A-Za-z]{0,4}[-_#]?\d[\w-]*$/.test(item.text) || isAmount(task, place))
      return start;
    if (endsSentence(item)) return start;
    start = place;
  }
}

/** "no. 4711" ends no sentence. */
function isAbbreviation({ text, after, endsLine }: Word): boolean {
  return !endsLine && after === '.' && /^(?:no|nr|num|acc|acct)$/i.test(text);
}

import type { Word } from './word';

/** What a word does to the words around it. */
interface Negation {
  /** How many words it takes: "instead of" takes two. */
  readonly length: number;
  /** Whether its scope ends at a comma: "if there is no reply, write to Ann". */
  readonly untilComma: boolean;
  /** Whether it excludes the subject before it: "AC-1 must not be paid". */
  readonly backwards: boolean;
}

/** Words that forbid or except, in the languages that tasks are written in most. */
const NEGATORS = new Set(
  `not never no don't dont doesn't didn't won't can't cannot couldn't shouldn't wouldn't mustn't isn't aren't wasn't haven't hasn't
  neither nor without besides except excepting excluding exclude excludes avoid avoiding ignore ignoring skip skipping omit omitting unless
  nobody none nothing refuse block blocked forbidden prohibited
  nicht nie niemals kein keine keinen keinem keiner außer ausser ohne
  pas jamais sauf sans ne nunca jamás excepto salvo sin tampoco
  non tranne eccetto senza niet nooit geen behalve zonder`.split(/\s+/),
);
/** Two words that except together. */
const PAIRS = new Set(
  ['instead of', 'rather than', 'other than', 'apart from', 'aside from', 'anyone but', 'anybody but'].concat([
    'everyone but',
    'everybody but',
    'all but',
    'anything but',
    'everything but',
    'nobody but',
    'stay away',
    'keep away',
    'leave out',
    'stop paying',
  ]),
);
/** After a negator, these forbid nothing: "don't forget to pay AC-1", "no later than Friday". */
const HARMLESS_AFTER = new Set([
  'only',
  'forget',
  'hesitate',
  'fail',
  'miss',
  'later',
  'more',
  'less',
  'fewer',
  'earlier',
  'matter',
  'mind',
  'problem',
  'worry',
  'just',
]);
/** They tell, rather than order: the order follows after the comma. */
const TELLING = new Set([
  'no',
  'none',
  'nothing',
  'nobody',
  'without',
  'unless',
  "isn't",
  "aren't",
  "wasn't",
  "haven't",
  "hasn't",
  "didn't",
  "couldn't",
  'kein',
  'keine',
  'sans',
  'sin',
  'ohne',
]);
const CONDITIONS = new Set([
  'if',
  'when',
  'whenever',
  'in',
  'because',
  'since',
  'while',
  'where',
  'unless',
  'wenn',
  'falls',
  'si',
]);
const SUBJECTS = new Set(['i', 'we', 'he', 'she', 'they', 'it', 'there', 'you', 'that', 'this', 'who', 'which']);
/** With these, the forbidden thing may stand before: "AC-1 must not be paid". */
const MODALS = new Set([
  'is',
  'are',
  'was',
  'were',
  'be',
  'must',
  'should',
  'shall',
  'may',
  'can',
  'could',
  'will',
  'would',
  'does',
  'do',
  'has',
  'have',
  'am',
]);
const CONTRACTED = /^(?:is|are|was|must|should|ca|wo|could|would|does|has|have)n['’]t$|^cannot$/;
/** After a comma, these begin an order again. */
const RESUMING = new Set([
  'but',
  'just',
  'please',
  'instead',
  'only',
  'rather',
  'then',
  'use',
  'sondern',
  'bitte',
  'mais',
  'pero',
  'sino',
]);

/**
 * By word: whether the task forbids or excepts it. From the negation to the end of its sentence or to "but", and for a
 * passive sentence back to where it begins. Where the grammar is doubtful, the word counts as excluded, and a person is asked.
 */
export function excludedWords(words: readonly Word[]): boolean[] {
  const excluded = new Array<boolean>(words.length).fill(false);
  for (let at = 0; at < words.length; at += 1) {
    const negation = negationAt(words, at);
    if (!negation) continue;
    if (negation.backwards)
      for (let before = at - 1; before >= 0 && !endsClause(words[before]); before -= 1) excluded[before] = true;
    at = exclude(words, at, negation, excluded) - 1;
  }
  return excluded;
}

/** Marks the scope of a negation, and returns where it ends. */
function exclude(words: readonly Word[], from: number, { length, untilComma }: Negation, excluded: boolean[]): number {
  const inBrackets = /^[([]/.test(words[from]?.raw ?? '');
  let heads = false;
  for (let at = from; at < words.length; at += 1) {
    const word = words[at] as Word;
    if (at >= from + length && begins(word, untilComma) && !heads) return at;
    excluded[at] = true;
    // "Don't write to:" stands above a list.
    heads ||= word.endsLine && word.after.includes(':');
    const ends = heads
      ? word.endsLine && !isBullet(words[at + 1])
      : endsScope(word, words[at + 1], untilComma) || (inBrackets && /[)\]]/.test(word.after));
    if (ends) return at + 1;
  }
  return words.length;
}

/** Whether a word begins what isn't forbidden any more. */
function begins(word: Word, untilComma: boolean): boolean {
  const text = lower(word);
  return text === 'but' || text === 'sondern' || (untilComma && text === 'then');
}

function endsScope(word: Word, next: Word | undefined, untilComma: boolean): boolean {
  if (word.endsLine || /[.!?;]/.test(word.after)) return true;
  return /[,:]/.test(word.after) && (untilComma || RESUMING.has(lower(next)));
}

function isBullet(word: Word | undefined): boolean {
  return /^(?:[-*•–]|\d+[.)]?)$/.test(word?.raw ?? '');
}

function negationAt(words: readonly Word[], at: number): Negation | undefined {
  const word = lower(words[at]);
  const next = lower(words[at + 1]);
  if (PAIRS.has(`${word} ${next}`)) return { length: 2, untilComma: false, backwards: false };
  if (!NEGATORS.has(word)) return undefined;
  if (HARMLESS_AFTER.has(next) || (word === 'no' && isNumbering(words, at))) return undefined;
  const before = lower(words[at - 1]);
  const modal = CONTRACTED.test(word) || MODALS.has(before);
  const subject = lower(words[at - (CONTRACTED.test(word) || word.endsWith("n't") || !MODALS.has(before) ? 1 : 2)]);
  const told = TELLING.has(word) || SUBJECTS.has(subject) || isConditional(words, at);
  return { length: 1, untilComma: told, backwards: modal && !SUBJECTS.has(subject) && !isConditional(words, at) };
}

/** "order no 4711", "No. 4711" */
function isNumbering(words: readonly Word[], at: number): boolean {
  return /^[#\d]/.test(words[at + 1]?.text ?? '');
}

/** Whether the clause up to here begins with "if" or the like. */
function isConditional(words: readonly Word[], at: number): boolean {
  for (let before = at - 1; before >= 0 && !endsClause(words[before]); before -= 1) {
    if (CONDITIONS.has(lower(words[before]))) return true;
  }
  return false;
}

function endsClause(word: Word | undefined): boolean {
  return word === undefined || word.endsLine || /[.!?;,:]/.test(word.after);
}

function lower(word: Word | undefined): string {
  return (word?.text ?? '').toLowerCase().replaceAll('’', "'");
}

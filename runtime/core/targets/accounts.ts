import type { TargetManifest } from '../contracts';
import { names } from './names';
import { isAmount, isNumberOf, isPlainNumber } from './numbers';
import { endsSentence, type TaskText } from './task-text';
import type { ValueKind } from './value-kind';
import type { Word } from './word';

/**
 * Account numbers, without spaces and dashes. An IBAN of a country that has IBANs must have its length and check digits. A
 * number of digits alone counts where the task says that it is an account, or that something is paid to it.
 */
export const accounts: ValueKind = {
  normal: normalAccount,
  isNamed(value, task, target) {
    const normal = normalAccount(value);
    if (normal !== undefined && /\d/.test(normal)) return named(task, target).get(normal) === true;
    // A payee's name. A word in small letters, such as the unit of an amount, is none.
    return /^\p{Lu}/u.test(value) && !/\d/.test(value) && names.isNamed(value, task, target);
  },
};

/** Lengths of IBANs by country. Source: SWIFT, IBAN Registry, release 99. */
const LENGTHS: Readonly<Record<string, number>> = Object.fromEntries(
  `AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27 DK18 DO28 EE20 EG29 ES24 FI18 FK18
  FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HN28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 LI21 LT20 LU20 LV21
  LY25 MC27 MD24 ME22 MK19 MN20 MR27 MT31 MU30 NI28 NL18 NO15 OM23 PK24 PL28 PS29 PT25 QA29 RO24 RS22 RU33 SA24 SC31 SD18 SE24
  SI19 SK24 SM27 SO23 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20 YE30`
    .split(/\s+/)
    .map((entry) => [entry.slice(0, 2), Number(entry.slice(2))]),
);

/** Undefined: it isn't the number of an account. */
function normalAccount(value: string): string | undefined {
  if (value.length > 64) return undefined;
  // A name has no digits, and keeps its spaces.
  if (!/\d/.test(value)) return value;
  const compact = value.replace(/[ -]/g, '');
  // A number with decimal places is an amount.
  if (!/^[\w.]+$/.test(compact) || /^\d+\.\d+$/.test(compact)) return undefined;
  const upper = compact.toUpperCase();
  if (!/^[A-Z]{2}\d{2}[A-Z0-9]{10,}$/.test(upper) || LENGTHS[upper.slice(0, 2)] === undefined) return compact;
  return isIban(upper) ? upper : undefined;
}

/** ISO 13616: moved to the end, and with letters as numbers, it is 1 modulo 97. */
function isIban(text: string): boolean {
  if (text.length !== LENGTHS[text.slice(0, 2)]) return false;
  let rest = 0;
  for (const sign of text.slice(4) + text.slice(0, 4)) {
    const number = Number.parseInt(sign, 36);
    rest = (rest * (number > 9 ? 100 : 10) + number) % 97;
  }
  return rest === 1;
}

const read = new WeakMap<TaskText, Map<string, ReadonlyMap<string, boolean>>>();

/** The accounts of a task, and whether none of their places is excluded. */
function named(task: TaskText, { of = '' }: TargetManifest): ReadonlyMap<string, boolean> {
  const known = read.get(task) ?? new Map<string, ReadonlyMap<string, boolean>>();
  read.set(task, known);
  const before = known.get(of);
  if (before) return before;
  const found = new Map<string, boolean>();
  const add = (account: string, from: number, to: number) => {
    const excluded = task.excluded.slice(from, to).some(Boolean);
    found.set(account, found.get(account) !== false && !excluded);
  };
  const nouns = new Set([...ACCOUNT_NOUNS, of.toLowerCase()]);
  for (let at = 0; at < task.words.length; at += 1) {
    if (isPlainNumber(task.words[at] as Word)) {
      const end = endOfDigits(task.words, at);
      const digits = task.words
        .slice(at, end)
        .map(({ text }) => text.replace(/^#/, ''))
        .join('')
        .replaceAll('-', '');
      if (isAccountNumber(task, at, end, nouns)) add(digits, at, end);
      at = end - 1;
      continue;
    }
    for (const [account, end] of writtenAt(task.words, at)) add(account, at, end);
  }
  known.set(of, found);
  return found;
}

const ACCOUNT_NOUNS = ['account', 'acct', 'acc', 'iban', 'payee', 'beneficiary', 'recipient', 'konto', 'wallet'];

/** Where the groups of digits end that begin here: `1234 5678` is one number. */
function endOfDigits(words: readonly Word[], from: number): number {
  let end = from + 1;
  while (
    end < words.length &&
    words[end - 1]?.after === '' &&
    !endsSentence(words[end - 1] as Word) &&
    /^\d[\d-]*$/.test(words[end]?.text ?? '') &&
    !words[end]?.opens
  )
    end += 1;
  return end;
}

function isAccountNumber(task: TaskText, from: number, end: number, nouns: ReadonlySet<string>): boolean {
  return !isAmount(task, end - 1) && (isNumberOf(task, from, nouns) || isPaidTo(task, from));
}

const PAYING = /^(?:pay|paid|pays|paying|payment|send|transfer|wire|refund|credit|deposit|remit|donate|reimburse)s?$/;

/** "pay 1999 cents to 4711", but neither "from 100 to 500" nor "50 to 60". */
function isPaidTo({ words }: TaskText, at: number): boolean {
  if (!/^(?:to|into)$/i.test(words[at - 1]?.text ?? '') || (words[at]?.text.length ?? 0) < 4) return false;
  if (isPlainNumber(words[at - 2] ?? (words[at] as Word))) return false;
  for (let before = at - 2; before >= 0 && !endsSentence(words[before] as Word); before -= 1) {
    if (PAYING.test(words[before]?.text.toLowerCase() ?? '')) return true;
  }
  return false;
}

/** The accounts with letters that begin at a word: the word itself, and an IBAN in groups. */
function writtenAt(words: readonly Word[], at: number): [string, number][] {
  const first = words[at] as Word;
  const found: [string, number][] = [];
  for (const form of new Set([first.raw, first.text])) {
    const normal = normalAccount(form);
    if (normal !== undefined && /\d/.test(normal)) found.push([normal, at + 1]);
  }
  return /^[A-Za-z]{2}\d{2}/.test(first.text) ? [...found, ...ibansAt(words, at)] : found;
}

/** The IBANs in groups that begin at a word: `DE89 3704 0044 0532 0130 00`. */
function ibansAt(words: readonly Word[], at: number): [string, number][] {
  const found: [string, number][] = [];
  let joined = '';
  for (let end = at; end < words.length && joined.length <= 34; end += 1) {
    const word = words[end] as Word;
    if (!/^[A-Za-z0-9-]+$/.test(word.text) || (end > at && word.opens)) break;
    joined += word.text.replaceAll('-', '').toUpperCase();
    if (isIban(joined)) found.push([joined, end + 1]);
    if (word.after !== '' || word.endsLine) break;
  }
  return found;
}

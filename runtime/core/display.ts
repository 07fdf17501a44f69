/** Characters that are invisible or change how other characters are shown. */
const INVISIBLE =
  // Line feeds, joiners and variation selectors are handled below. The signs of Arabic script are visible.
  // biome-ignore lint/suspicious/noMisleadingCharacterClass: the class is meant to match single code points.
  /(?![\n\u200d\ufe0e\ufe0f\u0600-\u0605\u06dd\u070f\u0890\u0891\u08e2\u{110bd}\u{110cd}])[\p{Default_Ignorable_Code_Point}\p{Cf}\p{Cc}\p{Zl}\p{Zp}\u2800\ufff0-\ufffb]/gu;

/** Scripts in which a joiner changes how letters are drawn. In other scripts it is invisible. */
const JOINING = [
  'Arabic',
  'Bengali',
  'Devanagari',
  'Gujarati',
  'Gurmukhi',
  'Kannada',
  'Khmer',
  'Malayalam',
  'Mongolian',
  'Myanmar',
  'Oriya',
  'Sinhala',
  'Syriac',
  'Tamil',
  'Telugu',
]
  .map((script) => `\\p{Script=${script}}`)
  .join('');
const JOINER = new RegExp(
  `(?<!\\p{Extended_Pictographic}|\\p{Emoji_Modifier}|\\ufe0f|[${JOINING}])\\u200d|\\u200d(?!\\p{Extended_Pictographic}|[${JOINING}])`,
  'gu',
);

/** Variation selectors that are invisible: those not after a pictograph and not in a keycap. */
const VARIATION = /(?<!\p{Extended_Pictographic}|\p{Emoji_Modifier})[\ufe0e\ufe0f](?!\u20e3)/gu;

/** The three kinds of characters that a person can’t see. */
export const UNSEEN = [INVISIBLE, JOINER, VARIATION];

/** A text to show to a person: control, direction, tag and zero-width characters become visible escapes. */
export function escapeForDisplay(text: string): string {
  return UNSEEN.reduce((shown, unseen) => shown.replace(unseen, codePointOf), text);
}

/** The same on one line. Line breaks become escapes too, so that a text can't look like another line. */
export function escapeToLine(text: string): string {
  return escapeForDisplay(text).replace(/\n/g, codePointOf);
}

/** Whether a text has characters that `escapeForDisplay` escapes. */
export function hidesCharacters(text: string): boolean {
  return escapeForDisplay(text) !== text;
}

/** Text of ASCII without hidden characters. This test is the fastest. */
const PLAIN = /^[\t\n\r\x20-\x7e]*$/;

/** Every text with hidden characters has a UTF-16 unit in one of these ranges. */
const MAYBE_HIDDEN: readonly (readonly [from: number, to: number])[] = [
  [0, 8],
  [0x0b, 0x0c],
  [0x0e, 0x1f],
  [0x7f, 0x9f],
  [0xad, 0xad],
  [0x34f, 0x34f],
  [0x600, 0x61c],
  [0x6dd, 0x6dd],
  [0x70f, 0x70f],
  [0x890, 0x891],
  [0x8e2, 0x8e2],
  [0x115f, 0x1160],
  [0x17b4, 0x17b5],
  [0x180b, 0x180f],
  [0x200b, 0x200f],
  [0x2028, 0x202e],
  [0x2060, 0x206f],
  [0x2800, 0x2800],
  [0x3164, 0x3164],
  [0xd800, 0xdfff],
  [0xfe00, 0xfe0f],
  [0xfeff, 0xfeff],
  [0xffa0, 0xffa0],
  [0xfff0, 0xfffb],
];
const maybeHidden = new Uint8Array(0x10000);
for (const [from, to] of MAYBE_HIDDEN) maybeHidden.fill(1, from, to + 1);

/** Faster than a search for all hidden characters: most texts have none. */
function mayHide(text: string): boolean {
  if (PLAIN.test(text)) return false;
  const bytes = Buffer.from(text, 'utf16le');
  const units = new Uint16Array(bytes.buffer, bytes.byteOffset, bytes.length / 2);
  for (let i = 0; i < units.length; i += 1) if (maybeHidden[units[i] ?? 0] === 1) return true;
  return false;
}

/** A text for the model, without invisible and direction characters. Tabs stay. */
export function withoutInvisible(text: string): { readonly text: string; readonly removed: number } {
  if (!mayHide(text)) return { text, removed: 0 };
  let removed = 0;
  const drop = (character: string) => {
    if (character === '\t' || character === '\r') return character;
    removed++;
    return '';
  };
  return { text: UNSEEN.reduce((cleaned, unseen) => cleaned.replace(unseen, drop), text), removed };
}

/** A JSON text with its invisible and direction characters as escapes. They can only be in its strings, whose values stay. */
export function invisibleAsJsonEscapes(json: string): { readonly text: string; readonly escaped: number } {
  if (!mayHide(json)) return { text: json, escaped: 0 };
  let escaped = 0;
  const escapeUnits = (character: string) => {
    if (character === '\t' || character === '\r') return character;
    escaped++;
    return character.split('').map(unitEscape).join('');
  };
  return { text: UNSEEN.reduce((shown, unseen) => shown.replace(unseen, escapeUnits), json), escaped };
}

function unitEscape(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

function codePointOf(character: string): string {
  return `\\u{${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}}`;
}

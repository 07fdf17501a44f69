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

const UNSEEN = [INVISIBLE, JOINER, VARIATION];

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

/** Every text with hidden characters has one of these. This test is faster than a search for all of them. */
const MAYBE_HIDDEN =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are hidden.
  // biome-ignore lint/suspicious/noMisleadingCharacterClass: the class is meant to match single units.
  /[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\xad\u034f\u0600-\u061c\u06dd\u070f\u0890\u0891\u08e2\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\u2800\u3164\ud800-\udfff\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb]/;

/** A text for the model, without invisible and direction characters. Tabs stay. */
export function withoutInvisible(text: string): { readonly text: string; readonly removed: number } {
  if (PLAIN.test(text) || !MAYBE_HIDDEN.test(text)) return { text, removed: 0 };
  let removed = 0;
  const drop = (character: string) => {
    if (character === '\t' || character === '\r') return character;
    removed++;
    return '';
  };
  return { text: UNSEEN.reduce((cleaned, unseen) => cleaned.replace(unseen, drop), text), removed };
}

function codePointOf(character: string): string {
  return `\\u{${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}}`;
}

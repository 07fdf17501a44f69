/** Characters that a reader doesn't see, or that change what a reader sees. */
const INVISIBLE =
  // Line feeds, joiners and variation selectors are judged by themselves; the signs of Arabic script are seen.
  // biome-ignore lint/suspicious/noMisleadingCharacterClass: single code points are what is looked for.
  /(?![\n\u200d\ufe0e\ufe0f\u0600-\u0605\u06dd\u070f\u0890\u0891\u08e2\u{110bd}\u{110cd}])[\p{Default_Ignorable_Code_Point}\p{Cf}\p{Cc}\p{Zl}\p{Zp}\u2800\ufff0-\ufffb]/gu;

/** Scripts in which a joiner changes how letters are drawn. In others it is a character that nobody sees. */
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

/** Picks how the character before it is drawn; of use after a pictograph and in a keycap, unseen elsewhere. */
const VARIATION = /(?<!\p{Extended_Pictographic}|\p{Emoji_Modifier})[\ufe0e\ufe0f](?!\u20e3)/gu;

const UNSEEN = [INVISIBLE, JOINER, VARIATION];

/** Text for a person's eyes: control, direction, tag and zero-width characters become visible escapes. */
export function escapeForDisplay(text: string): string {
  return UNSEEN.reduce((shown, unseen) => shown.replace(unseen, codePointOf), text);
}

/** The same on one line: line breaks are written out too, so that no text can pose as a line of its own. */
export function escapeToLine(text: string): string {
  return escapeForDisplay(text).replace(/\n/g, codePointOf);
}

/** Whether a text holds anything that `escapeForDisplay` would make visible. */
export function hidesCharacters(text: string): boolean {
  return escapeForDisplay(text) !== text;
}

/** What nothing is hidden in, told faster than by looking for all that could be. */
const PLAIN = /^[\t\n\r\x20-\x7e]*$/;

/** Text for the model: direction and tag characters are taken out. Tabs stay. */
export function withoutInvisible(text: string): { readonly text: string; readonly removed: number } {
  if (PLAIN.test(text)) return { text, removed: 0 };
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

/** Characters that a reader doesn't see, or that change what a reader sees. */
const INVISIBLE =
  // biome-ignore lint/suspicious/noControlCharactersInRegex lint/suspicious/noMisleadingCharacterClass: exactly these are looked for.
  /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u00ad\u034f\u061c\u115f\u1160\u180b-\u180f\u200b\u200c\u200e\u200f\u2028-\u202e\u2060-\u206f\u3164\ufe00-\ufe0d\ufeff\uffa0\ufff9-\ufffb]|[\u{e0000}-\u{e01ef}]/gu;

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

/** Text for the model: direction and tag characters are taken out. Tabs stay. */
export function withoutInvisible(text: string): { readonly text: string; readonly removed: number } {
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

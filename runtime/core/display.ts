/** Characters that a reader doesn't see, or that change what a reader sees. */
const INVISIBLE =
  // biome-ignore lint/suspicious/noControlCharactersInRegex lint/suspicious/noMisleadingCharacterClass: exactly these are looked for.
  /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u00ad\u034f\u061c\u115f\u1160\u180e\u200b\u200c\u200e\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb]|[\u{e0000}-\u{e007f}]|[\u{e0100}-\u{e01ef}]/gu;

/** A joiner is legitimate between pictographs (family emoji) and between letters of scripts that join. */
const JOINER =
  /(?<![\p{Extended_Pictographic}\p{Emoji_Modifier}\ufe0f\p{L}])\u200d|\u200d(?![\p{Extended_Pictographic}\p{L}])/gu;

const escape = (character: string) => `\\u{${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}}`;

/** Text for a person's eyes: control, direction, tag and zero-width characters become visible escapes. */
export function escapeForDisplay(text: string): string {
  return text.replace(INVISIBLE, escape).replace(JOINER, escape);
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
  const cleaned = text.replace(INVISIBLE, drop).replace(JOINER, drop);
  return { text: cleaned, removed };
}

/** Everything beyond printable ASCII, so that look-alikes and invisible characters stand out. */
const UNCLEAR = /[^\x20-\x7e]/gu;

/** A text with escapes for each character that a person could miss or mistake. */
export function invisibleShown(text: string): string {
  return text.replace(UNCLEAR, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`);
}

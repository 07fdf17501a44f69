/**
 * JSON for programs that a terminal may show all the same: in ASCII, so that no character of an argument, a tool or a
 * file's name acts on it.
 */
export function asciiJson(value: unknown): string {
  return JSON.stringify(value, null, 2).replace(
    /[\u007f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

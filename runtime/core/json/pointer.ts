const MAX_TOKEN_LENGTH = 64;

/**
 * The JSON Pointer (RFC 6901) of a place, safe to show: printable ASCII only, each name cut at 64 characters.
 * The root is shown as `/`, which reads better in a sentence than the empty string.
 */
export function showPointer(tokens: readonly (string | number)[]): string {
  return `/${tokens.map((token) => showName(String(token))).join('/')}`;
}

/** A property name as part of a sentence: RFC 6901 escapes, everything but printable ASCII as `\uXXXX`, cut at 64. */
export function showName(name: string): string {
  const cut = name.length > MAX_TOKEN_LENGTH ? `${name.slice(0, MAX_TOKEN_LENGTH)}...` : name;
  return cut
    .replace(/~/g, '~0')
    .replace(/\//g, '~1')
    .replace(/[^\x20-\x7e]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/**
 * Splits a JSON Pointer into its tokens.
 *
 * @throws RangeError where the text isn't a pointer.
 */
export function pointerTokens(pointer: string): string[] {
  if (pointer === '') return [];
  if (!pointer.startsWith('/') || /~(?![01])/.test(pointer)) {
    throw new RangeError(`"${showName(pointer)}" is not a JSON Pointer: write "/name" or "/name/0" (RFC 6901).`);
  }
  return pointer
    .slice(1)
    .split('/')
    .map((token) => token.replace(/~1/g, '/').replace(/~0/g, '~'));
}

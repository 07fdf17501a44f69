const MAX_TOKEN_LENGTH = 64;

/**
 * The JSON Pointer (RFC 6901) of a place, for a message: printable ASCII only, each name cut at 64 characters. The root is
 * shown as `/` instead of the empty string.
 */
export function showPointer(tokens: readonly (string | number)[]): string {
  return `/${tokens.map((token) => showName(String(token))).join('/')}`;
}

/** A name as a token of a JSON Pointer: `~` and `/` are escaped. */
export function pointerToken(name: string): string {
  return name.replace(/~/g, '~0').replace(/\//g, '~1');
}

/** A property name for a message: with RFC 6901 escapes, in printable ASCII with `\uXXXX`, cut at 64 characters. */
function showName(name: string): string {
  const cut = name.length > MAX_TOKEN_LENGTH ? `${name.slice(0, MAX_TOKEN_LENGTH)}...` : name;
  return pointerToken(cut).replace(/[^\x20-\x7e]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/**
 * Splits a JSON Pointer into its tokens.
 *
 * @throws RangeError if the text isn't a pointer
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

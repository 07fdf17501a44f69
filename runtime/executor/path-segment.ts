/** How often a text is decoded. What still changes after that was made to deceive. */
const MOST_DECODINGS = 8;

/**
 * Whether a text stays one segment of a path, also in a target that decodes it more than once before it splits the path.
 * Sources: RFC 3986, 3.3 (segments) and 2.4 (decode once only); CWE-174 (double decoding), CWE-22 (path traversal).
 */
export function staysInSegment(text: string): boolean {
  if (!isSegment(text)) return false;
  let before = text;
  for (let decodings = 0; decodings < MOST_DECODINGS; decodings++) {
    const after = decoded(before);
    if (after === before) return true;
    // A target that decodes twice would take these for the end of the path.
    if (!isSegment(after) || /[?#]/.test(after)) return false;
    before = after;
  }
  return false;
}

/**
 * Not empty, no separator, no control character, and no dot segment, also not with parameters, which some servers remove.
 * Full-width and other look-alike separators count: a target may normalize them (NFKC).
 */
function isSegment(text: string): boolean {
  const plain = text.normalize('NFKC');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused.
  return !/[\u0000-\u001f\u007f/\\\u2044\u2215\u29f8]/.test(plain) && !/^\.{0,2}(?:;.*)?$/.test(plain);
}

/**
 * Decodes what a lenient server would: each valid escape by itself, beside invalid ones; `%u002f` of old servers; and
 * overlong forms of UTF-8, which RFC 3629 forbids.
 */
function decoded(text: string): string {
  return text
    .replace(/%u([0-9a-f]{4})/gi, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)))
    .replace(/%(?:c0|e0%80|f0%80%80)%([89ab][0-9a-f])/gi, (_, last: string) =>
      String.fromCharCode(Number.parseInt(last, 16) & 0x3f),
    )
    .replace(/%c1%([89ab][0-9a-f])/gi, (_, last: string) =>
      String.fromCharCode(0x40 | (Number.parseInt(last, 16) & 0x3f)),
    )
    .replace(/(?:%[0-9a-f]{2})+/gi, (escapes) => {
      const bytes = Buffer.from(escapes.replaceAll('%', ''), 'hex');
      return bytes.toString('utf8');
    });
}

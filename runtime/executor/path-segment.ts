/** How often a text is decoded. What still changes after that was made to deceive. */
const MOST_DECODINGS = 8;

/**
 * Whether a text stays one segment of a path, also in a target that decodes it more than once before it splits the path.
 * Sources: RFC 3986, 3.3 (segments) and 2.4 (decode once only); CWE-174 (double decoding), CWE-22 (path traversal).
 */
export function staysInSegment(text: string): boolean {
  let before = plain(text);
  if (!isSegment(before)) return false;
  for (let decodings = 0; decodings < MOST_DECODINGS; decodings++) {
    const after = plain(decoded(before));
    if (after === before) return true;
    // A target that decodes twice would take these for the end of the path.
    if (!isSegment(after) || /[?#]/.test(after)) return false;
    before = after;
  }
  return false;
}

/** A text as a target may normalize it: full-width letters become plain ones, and characters that nobody sees go. */
function plain(text: string): string {
  return text.normalize('NFKC').replace(/\p{Default_Ignorable_Code_Point}/gu, '');
}

/**
 * Not empty, no separator or look-alike of one, no control character, and no dot segment, also not with the white space
 * and the parameters that some servers remove.
 */
function isSegment(text: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused.
  return !/[\u0000-\u001f\u007f/\\\u2044\u2215\u29f8]/.test(text) && !/^[.\s]*(?:;.*)?$/.test(text);
}

/**
 * Decodes what a lenient server would: each valid escape by itself, beside invalid ones; `%u002f` of old servers; and
 * overlong forms of UTF-8, which RFC 3629 forbids.
 */
function decoded(text: string): string {
  return text
    .replace(/%u([0-9a-f]{4})/gi, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)))
    .replace(/%(?:c0|e0%80|f0%80%80|f8%80%80%80|fc%80%80%80%80)%([89ab][0-9a-f])/gi, (_, last: string) =>
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

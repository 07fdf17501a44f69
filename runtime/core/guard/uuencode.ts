/** A line begins with the number of its bytes, and has a sign for each 6 bits. Source: POSIX, uuencode. */
const SIGNS = /^[ -`]+$/;
const MOST_BYTES = 45;

/** What the uuencoded lines of a text hold. Undefined: it has none. */
export function uudecodedText(text: string): string | undefined {
  let decoded = '';
  for (let start = 0; start < text.length; ) {
    const found = text.indexOf('\n', start);
    const end = found < 0 ? text.length : found;
    const bytes = text.charCodeAt(start) - 32;
    // Nearly all other lines have another length.
    if (bytes > 0 && bytes <= MOST_BYTES && end - start > 4 * Math.ceil(bytes / 3))
      decoded += lineOf(text, start, end, bytes);
    start = end + 1;
  }
  return decoded === '' ? undefined : decoded;
}

/** Empty: the line isn't uuencoded. */
function lineOf(text: string, start: number, end: number, bytes: number): string {
  const last = text.charAt(end - 1) === '\r' && end < text.length ? end - 1 : end;
  const signs = text.slice(start + 1, last);
  if (signs.length !== 4 * Math.ceil(bytes / 3) || !SIGNS.test(signs)) return '';
  return bytesOf(signs).slice(0, bytes);
}

function bytesOf(signs: string): string {
  let line = '';
  for (let i = 0; i < signs.length; i += 4) {
    const group = [0, 1, 2, 3].reduce((value, j) => value * 64 + ((signs.charCodeAt(i + j) - 32) & 63), 0);
    line += String.fromCharCode((group >> 16) & 0xff, (group >> 8) & 0xff, group & 0xff);
  }
  return line;
}

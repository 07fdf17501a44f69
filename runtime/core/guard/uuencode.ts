/** A line begins with the number of its bytes, and has a sign for each 6 bits. Source: POSIX, uuencode. */
const LINE = /(?:^|\n)([!-M])([ -`]{4,84})(?=\r?\n|$)/g;

/** What the uuencoded lines of a text hold. Undefined: it has none. */
export function uudecodedText(text: string): string | undefined {
  let decoded = '';
  for (const [, size = '', signs = ''] of text.matchAll(LINE)) {
    const bytes = size.charCodeAt(0) - 32;
    if (signs.length === 4 * Math.ceil(bytes / 3)) decoded += lineOf(signs).slice(0, bytes);
  }
  return decoded === '' ? undefined : decoded;
}

function lineOf(signs: string): string {
  let line = '';
  for (let i = 0; i < signs.length; i += 4) {
    const group = [0, 1, 2, 3].reduce((value, j) => value * 64 + ((signs.charCodeAt(i + j) - 32) & 63), 0);
    line += String.fromCharCode((group >> 16) & 0xff, (group >> 8) & 0xff, group & 0xff);
  }
  return line;
}

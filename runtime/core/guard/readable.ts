/** Bytes that show whether a text may begin. */
export const HEAD = 4;

/**
 * Of each byte: 0 if it is text in ASCII, 2 if it is zero, and 3 if it is neither. If four bytes have at most 5, then all but
 * one are text or zero, and at most two are zero, as in UTF-16.
 */
export const ODDNESS = Uint8Array.from({ length: 0x100 }, (_, byte) => {
  if (byte === 0) return 2;
  return byte > 126 || (byte < 32 && byte !== 9 && byte !== 10 && byte !== 13) ? 3 : 0;
});
export const MOST_ODDNESS = 5;

/** Whether four bytes, written as one number, may begin a text. */
export function isReadableHead(head: number): boolean {
  const first = (ODDNESS[head >>> 24] ?? 0) + (ODDNESS[(head >>> 16) & 0xff] ?? 0);
  return first + (ODDNESS[(head >>> 8) & 0xff] ?? 0) + (ODDNESS[head & 0xff] ?? 0) <= MOST_ODDNESS;
}

/** Whether the first `length` bytes are text: ASCII, with at most one other byte, or UTF-16. */
export function isReadable(bytes: Uint8Array, length: number): boolean {
  if (length < HEAD) return false;
  let odd = 0;
  let zeros = 0;
  for (let i = 0; i < length; i += 1) {
    const oddness = ODDNESS[bytes[i] ?? 0] ?? 0;
    if (oddness === 2) zeros += 1;
    else if (oddness === 3) odd += 1;
  }
  return odd <= 1 && zeros * 2 <= length + 1 && length - zeros - odd >= Math.floor(length / 2);
}

/** Characters of text in a row that other data seldom has. */
const SHORTEST_RUN = 8;

const TEXT = 0;
/** The first byte of a character beyond ASCII in UTF-8, and the bytes after it. */
const LEAD = 1;
const CONTINUATION = 2;
const NO_TEXT = 3;

const KINDS = Uint8Array.from({ length: 0x100 }, (_, byte) => {
  if (ODDNESS[byte] !== 3) return TEXT;
  if (byte >= 0xc2 && byte < 0xf5) return LEAD;
  return byte >= 0x80 && byte < 0xc0 ? CONTINUATION : NO_TEXT;
});

/**
 * Where text stands in decoded bytes that aren't text as a whole: ASCII and UTF-8, also as UTF-16.
 * @param note takes the first byte of each run and the byte after its last
 */
export function textRuns(bytes: Uint8Array, length: number, note: (start: number, end: number) => void): void {
  // A local name of the table makes the loop twice as fast.
  const kindOf = KINDS;
  for (let start = 0, last = SHORTEST_RUN - 1; last < length; ) {
    // Backwards from where the shortest run would end: most other data is skipped several bytes at a time.
    let at = last;
    while (at >= start && mayBeText(bytes, at, length, kindOf)) at -= 1;
    if (at < start) {
      const end = endOfText(bytes, last + 1, length);
      runsOf(bytes, start, end, note);
      at = end;
    }
    start = at + 1;
    last = at + SHORTEST_RUN;
  }
}

/** Whether a byte may belong to a run, as far as its neighbours tell. */
function mayBeText(bytes: Uint8Array, at: number, length: number, kindOf: Uint8Array): boolean {
  const kind = kindOf[bytes[at] ?? 0] ?? NO_TEXT;
  if (kind === TEXT) return true;
  if (kind === LEAD) return at + 1 < length && kindOf[bytes[at + 1] ?? 0] === CONTINUATION;
  if (kind === NO_TEXT || at === 0) return false;
  const before = kindOf[bytes[at - 1] ?? 0];
  return before === LEAD || before === CONTINUATION;
}

function endOfText(bytes: Uint8Array, from: number, length: number): number {
  let end = from;
  while (end < length && mayBeText(bytes, end, length, KINDS)) end += 1;
  return end;
}

function runsOf(bytes: Uint8Array, from: number, to: number, note: (start: number, end: number) => void): void {
  let start = from;
  let count = 0;
  for (let i = from; i < to; ) {
    const oddness = ODDNESS[bytes[i] ?? 0] ?? 3;
    const after = oddness === 3 ? afterUtf8(bytes, i, to) : i + 1;
    if (after === i) {
      if (count >= SHORTEST_RUN) note(start, i);
      start = i + 1;
      count = 0;
    } else if (oddness !== 2) {
      count += 1;
    }
    i = Math.max(after, i + 1);
  }
  if (count >= SHORTEST_RUN) note(start, to);
}

/** The byte after a character beyond ASCII in UTF-8. `at`: there is none. */
function afterUtf8(bytes: Uint8Array, at: number, to: number): number {
  const first = bytes[at] ?? 0;
  if (first < 0xc2 || first >= 0xf5) return at;
  const size = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (at + size > to) return at;
  for (let i = at + 1; i < at + size; i += 1) if (((bytes[i] ?? 0) & 0xc0) !== 0x80) return at;
  return at + size;
}

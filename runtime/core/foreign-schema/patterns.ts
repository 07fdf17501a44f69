/** Any text. The dot excludes line ends. */
const REST = '[\\s\\S]*';

/**
 * A pattern that matches whole texts: exactly those in which the given pattern matches somewhere. JSON Schema doesn't anchor a pattern, so each side that the author left open stays open.
 */
export function wholePattern(pattern: string): string {
  const branches = topBranches(pattern);
  if (branches === undefined) return pattern;
  const whole = branches.map(anchored);
  const [only] = whole;
  const inside = branches.length === 1 && only !== undefined ? only : `(?:${whole.join('|')})`;
  return `^${inside}$`;
}

/** One alternative without its anchors, open where it had none. */
function anchored(branch: string): string {
  const starts = branch.startsWith('^');
  const ends = /(?<!\\)(?:\\\\)*\$$/.test(branch);
  const inside = branch.slice(starts ? 1 : 0, ends ? -1 : undefined);
  return `${starts ? '' : REST}${inside}${ends ? '' : REST}`;
}

/** What a pattern is made of, as far as its alternatives go: an escape, a class, or one character. */
const PIECE = /\\[\s\S]|\[(?:\\[\s\S]|[^\]\\])*\]|[\s\S]/g;

/** The alternatives at the top of a pattern. Undefined: its brackets don't match. */
function topBranches(pattern: string): string[] | undefined {
  const branches = [''];
  let depth = 0;
  for (const piece of pattern.match(PIECE) ?? []) {
    if (piece === '[') return undefined;
    if (piece === '(') depth += 1;
    if (piece === ')') depth -= 1;
    if (depth < 0) return undefined;
    if (piece === '|' && depth === 0) branches.push('');
    else branches[branches.length - 1] += piece;
  }
  return depth === 0 ? branches : undefined;
}

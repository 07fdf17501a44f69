/** Characters around a change that belong to one reading. A credential that is longer on each side is found in part. */
const AROUND = 256;

/**
 * The text after a replacement, without the parts that are far from each change: those were searched before.
 * Undefined: nothing changed.
 */
export function changedParts(
  text: string,
  pattern: RegExp,
  replacement: (match: RegExpExecArray) => string,
): string | undefined {
  let changed = '';
  let end = 0;
  pattern.lastIndex = 0;
  for (let match = pattern.exec(text); match; match = pattern.exec(text)) {
    const [found] = match;
    const plain = replacement(match);
    if (plain === found) continue;
    const { index } = match;
    changed +=
      end > 0 && index - end <= 2 * AROUND
        ? text.slice(end, index)
        : `${end > 0 ? `${text.slice(end, end + AROUND)}\n` : ''}${text.slice(Math.max(end, index - AROUND), index)}`;
    changed += plain;
    end = index + found.length;
  }
  return end === 0 ? undefined : changed + text.slice(end, end + AROUND);
}

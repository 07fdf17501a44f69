/** What a part takes in JSON, in UTF-8 bytes. With name and numbers it is below what a tool returns unless it declares more. */
const PART_BYTES = 48 * 1024;

const encoder = new TextEncoder();

/**
 * A document in parts that fit into a result, each of whole lines where lines are short enough, and never cut within a
 * character. Together they are the document.
 */
export function documentParts(text: string): string[] {
  const parts: string[] = [];
  let part = '';
  let size = 0;
  for (const piece of pieces(text)) {
    const bytes = jsonBytes(piece);
    if (size > 0 && size + bytes > PART_BYTES) {
      parts.push(part);
      part = '';
      size = 0;
    }
    part += piece;
    size += bytes;
  }
  return [...parts, part];
}

/** Lines with their ends; a line that is longer than a part is cut into pieces of characters. */
function* pieces(text: string): Generator<string> {
  for (const line of text.split(/(?<=\n)/)) {
    if (jsonBytes(line) <= PART_BYTES) yield line;
    else yield* slices(line);
  }
}

/** Characters that take 6 bytes in JSON at most. */
const SLICE = 1000;

function* slices(line: string): Generator<string> {
  const characters = [...line];
  for (let at = 0; at < characters.length; at += SLICE) yield characters.slice(at, at + SLICE).join('');
}

function jsonBytes(text: string): number {
  return encoder.encode(JSON.stringify(text)).length;
}

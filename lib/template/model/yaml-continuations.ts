import type { YAMLParseError } from 'yaml';

/** A template needs one for each line that stands too far left. More than this is not a template. */
const MOST_LINES = 200;

/**
 * Parses a text whose quoted texts and brackets go on at any indent, as CloudFormation's parser takes them:
 *
 * ```yaml
 * Instruction: "You are an agent
 * that reads mail."
 * ```
 *
 * YAML 1.2 wants such a line to stand right of its key, and so does our parser. Spaces at the start of such a line mean nothing, so each
 * line at which the parser stops is moved right. No line moves up or down.
 *
 * @param parse returns the errors of the parser
 * @returns the last parse, which has the errors of the text as it is if moving lines doesn't help
 */
export function parseAtAnyIndent<Parsed extends { readonly errors: readonly YAMLParseError[] }>(
  text: string,
  parse: (text: string) => Parsed,
): Parsed {
  const first = parse(text);
  let parsed = first;
  let moved = text;
  const deeper = first.errors.length === 0 ? '' : deeperThanAll(text);
  for (let moves = 0; moves < MOST_LINES; moves += 1) {
    const [error] = parsed.errors;
    if (error === undefined) return parsed;
    const at = continuationAt(moved, error);
    if (at === undefined) return first;
    moved = `${moved.slice(0, at)}${deeper}${moved.slice(at)}`;
    parsed = parse(moved);
  }
  return first;
}

/** Start of the line at which the parser took a quoted text, or a collection in brackets, for ended. */
function continuationAt(text: string, { code, pos: [at] }: YAMLParseError): number | undefined {
  if (code === 'MISSING_CHAR') {
    const end = text.indexOf('\n', at);
    return end < 0 || text.slice(end).trim() === '' ? undefined : end + 1;
  }
  if (code !== 'BAD_INDENT' || at >= text.trimEnd().length) return undefined;
  return text.lastIndexOf('\n', at - 1) + 1;
}

function deeperThanAll(text: string): string {
  let deepest = 0;
  for (const line of text.split('\n')) deepest = Math.max(deepest, line.length - line.trimStart().length);
  return ' '.repeat(deepest + 1);
}

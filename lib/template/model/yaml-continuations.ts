import type { YAMLParseError } from 'yaml';

/**
 * How much is parsed again, in characters. A template needs one more parse for each quoted text and each pair of brackets that go on too
 * far left. A text that needs more is malformed.
 */
const MOST_PARSED = 5_000_000;
const MOST_PARSES = 200;

/** Spaces that were added to a text, at a place in the longer text. */
interface Insertion {
  readonly at: number;
  readonly length: number;
}

/** What was parsed. */
export interface Continued<Parsed> {
  readonly parsed: Parsed;
  /** Where a place in the text that was parsed is in the text that was given. */
  readonly original: (offset: number) => number;
}

/**
 * Parses a text whose quoted texts and brackets go on at any indent, and end right before a comment, as CloudFormation's parser takes
 * them:
 *
 * ```yaml
 * Instruction: "You are an agent
 * that reads mail."# and more
 * ```
 *
 * YAML 1.2 wants such a line to stand right of its key, and a space before a comment, and so does our parser. Spaces there mean nothing,
 * so they are added where the parser stops. No line moves up or down.
 *
 * @param parse returns the errors of the parser
 * @returns the last parse, which has the errors of the text as it is if spaces don't help
 */
export function parseAtAnyIndent<Parsed extends { readonly errors: readonly YAMLParseError[] }>(
  text: string,
  parse: (text: string) => Parsed,
): Continued<Parsed> {
  const first = parse(text);
  let parsed = first;
  let spaced = text;
  let insertions: readonly Insertion[] = [];
  const deeper = first.errors.length === 0 ? '' : deeperThanAll(text);
  for (let [again, times] = [0, 0]; again < MOST_PARSED && times < MOST_PARSES; again += spaced.length, times += 1) {
    const [error] = parsed.errors;
    if (error === undefined) return { parsed, original: (offset) => before(insertions, offset) };
    const places = placesOfSpaces(spaced, error, parsed.errors, deeper.length);
    if (places.length === 0) break;
    // From the last one on, so that the others stay where they are.
    for (const { at, length } of [...places].reverse()) {
      spaced = `${spaced.slice(0, at)}${' '.repeat(length)}${spaced.slice(at)}`;
      insertions = [...insertions.map((each) => movedBy(each, at, length)), { at, length }];
    }
    parsed = parse(spaced);
  }
  return { parsed: first, original: (offset) => offset };
}

function movedBy(insertion: Insertion, at: number, length: number): Insertion {
  return insertion.at < at ? insertion : { ...insertion, at: insertion.at + length };
}

function before(insertions: readonly Insertion[], offset: number): number {
  return insertions.reduce(
    (place, { at, length }) => (at < offset ? place - Math.min(length, offset - at) : place),
    offset,
  );
}

/** Where spaces may help: before a comment, or at the start of lines at which the parser took a text or a collection for ended. */
function placesOfSpaces(
  text: string,
  first: YAMLParseError,
  errors: readonly YAMLParseError[],
  length: number,
): Insertion[] {
  if (isOfComment(first)) return errors.filter(isOfComment).map(({ pos: [at] }) => ({ at, length: 1 }));
  const { code, message, pos } = first;
  const [at] = pos;
  return continuationsAt(text, code, message, at).map((start) => ({ at: start, length }));
}

function isOfComment({ code, message }: YAMLParseError): boolean {
  return code === 'MISSING_CHAR' && message.startsWith('Comments must be separated');
}

function continuationsAt(text: string, code: string, message: string, at: number): number[] {
  const [, quote] = code === 'MISSING_CHAR' ? (/^Missing closing (["'])/.exec(message) ?? []) : [];
  if (quote !== undefined) return startsOfLines(text, at, closingQuote(text, at, quote));
  if (code !== 'BAD_INDENT' || at >= text.trimEnd().length) return [];
  // It stops at the end of a line, where a key's value is on the next one.
  const start = text[at] === '\n' ? at + 1 : text.lastIndexOf('\n', at - 1) + 1;
  const end = closingBracket(text, start);
  return end === undefined ? [] : [start, ...startsOfLines(text, start, end)];
}

/** What can contain a bracket that isn't one, then the brackets. A quote begins a text only where a value begins. */
const BRACKETS = /(?<=^|[\s,:[{])(?:"(?:[^"\\]|\\[\s\S])*"|'(?:[^']|'')*'|#.*)|[[\]{}]/gm;

/** Offset of the bracket that closes the innermost one around a place; undefined where there is none. */
function closingBracket(text: string, from: number): number | undefined {
  let depth = 1;
  BRACKETS.lastIndex = from;
  for (let found = BRACKETS.exec(text); found !== null; found = BRACKETS.exec(text)) {
    const [sign] = found;
    if (sign === '[' || sign === '{') depth += 1;
    if (sign === ']' || sign === '}') depth -= 1;
    if (depth === 0) return found.index;
  }
  return undefined;
}

/** Offset of the next quote that closes a text; the same offset where there is none. */
function closingQuote(text: string, from: number, quote: string): number {
  const rest = quote === '"' ? /^(?:[^"\\]|\\[\s\S])*"/ : /^(?:[^']|'')*'(?!')/;
  return from + (rest.exec(text.slice(from))?.[0].length ?? 0);
}

function startsOfLines(text: string, from: number, to: number): number[] {
  return [...text.slice(from, to).matchAll(/\n/g)].map(({ index }) => from + index + 1);
}

function deeperThanAll(text: string): string {
  let deepest = 0;
  for (const line of text.split('\n')) deepest = Math.max(deepest, line.length - line.trimStart().length);
  return ' '.repeat(deepest + 1);
}

import { lineAt } from '../../../runtime/core/json/doubled-keys';

/** They end a line in YAML 1.1, and are ordinary characters in YAML 1.2: next line, line separator, paragraph separator. */
const MAYBE_BREAKS = /[\u0085\u2028\u2029]/g;

/** A carriage return alone ends a line in every YAML. Our parser knows it only before a line feed. Places stay the same. */
export function withLineFeeds(text: string): string {
  return text.replaceAll(/\r(?!\n)/g, '\n');
}

/** A text as it is to be judged. */
export interface Reading<Parsed> {
  readonly parsed: Parsed;
  /** Lines of characters that end a line for some parsers only, where the template depends on it. */
  readonly unsureBreaks: readonly number[];
}

/**
 * Parses a text that can have characters of which nobody knows whether they end a line for CloudFormation. Behind such a character, a
 * comment can hide a property: `# closed\u2028  CidrIp: 0.0.0.0/0`.
 *
 * @param parse throws where the text is malformed
 * @param valueIn the value of what was parsed
 */
export function parseWithBreaks<Parsed>(
  text: string,
  parse: (text: string) => Parsed,
  valueIn: (parsed: Parsed) => unknown,
): Reading<Parsed> {
  const broken = text.replaceAll(MAYBE_BREAKS, '\n');
  if (broken === text) return { parsed: parse(text), unsureBreaks: [] };
  const [asIs, withBreaks] = [attempt(parse, text), attempt(parse, broken)];
  // YAML 1.1 is what CloudFormation documents.
  if (withBreaks === undefined) return { parsed: asIs ?? parse(text), unsureBreaks: [] };
  const isSure = asIs === undefined || looksOf(valueIn(asIs)) === looksOf(valueIn(withBreaks));
  const lines = isSure ? [] : [...text.matchAll(MAYBE_BREAKS)].map(({ index }) => lineAt(text, index));
  return { parsed: withBreaks, unsureBreaks: [...new Set(lines)] };
}

function attempt<Parsed>(parse: (text: string) => Parsed, text: string): Parsed | undefined {
  try {
    return parse(text);
  } catch {
    return undefined;
  }
}

/** A value as text in which all white space looks alike. */
function looksOf(value: unknown): string {
  return JSON.stringify(value, (_key, member: unknown) =>
    typeof member === 'string' ? member.replaceAll(/[\s\u0085]+/g, ' ').trim() : member,
  );
}

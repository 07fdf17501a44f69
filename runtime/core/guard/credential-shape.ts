import { NamedValues, type ValueLength } from './named-values';

/** A form of credentials that is known without knowing the credential. */
export interface CredentialShape {
  readonly what: string;
  /**
   * Letters and digits that each match contains, four at a time. `?` is any of them. After a sign, it doesn't stand directly
   * after the letter before. Without them, the pattern isn't tried.
   */
  readonly marks: string;
  /** Each match has one of these as they are written, which is much faster to look for. @default the pattern is tried */
  readonly words?: readonly string[];
  /** Global. If it has a group `secret`, only that is the credential, and the rest tells that it is one. */
  readonly pattern: RegExp;
  /** The credential is the value of this length that follows the pattern. @default the pattern has the credential */
  readonly value?: ValueLength;
  /** What the note says that takes its place. @default `what` */
  readonly note?: string;
  /** @default each match is a credential */
  readonly isReal?: (match: RegExpMatchArray, secret: string) => boolean;
}

/** What looks like a credential, and where it stands in the text. */
interface Match {
  readonly match: RegExpExecArray;
  readonly start: number;
  readonly end: number;
}

/** Whether a text holds a credential of a form. */
export function holdsShape(text: string, shape: CredentialShape): boolean {
  if (shape.words?.every((word) => !text.includes(word))) return false;
  const values = valuesOf(text, shape);
  for (let found = nextMatch(text, shape, values, 0); found; ) {
    if (isReal(text, shape, found)) return true;
    // A credential may begin inside of what looked like one.
    const from = Math.max(found.match.index + 1, found.start);
    found = nextMatch(text, shape, values, from);
  }
  return false;
}

/** The text with a note in place of each credential of a form. */
export function withoutShape(text: string, shape: CredentialShape): string {
  const values = valuesOf(text, shape);
  let plain = '';
  let from = 0;
  for (let found = nextMatch(text, shape, values, 0); found; ) {
    if (isReal(text, shape, found)) {
      plain += `${text.slice(from, found.start)}[withheld: ${shape.note ?? shape.what}]`;
      from = found.end;
    }
    const after = Math.max(found.end, found.match.index + found.match[0].length);
    found = nextMatch(text, shape, values, after);
  }
  return plain + text.slice(from);
}

function valuesOf(text: string, { value }: CredentialShape): NamedValues | undefined {
  return value && new NamedValues(text, value);
}

function nextMatch(
  text: string,
  { pattern }: CredentialShape,
  values: NamedValues | undefined,
  from: number,
): Match | undefined {
  pattern.lastIndex = from;
  for (let match = pattern.exec(text); match; match = pattern.exec(text)) {
    const { 0: found, index, groups } = match;
    if (values === undefined) {
      const start = groups?.secret === undefined ? index : index + found.lastIndexOf(groups.secret);
      return { match, start, end: start + (groups?.secret ?? found).length };
    }
    const start = index + found.length;
    const end = values.endFrom(start);
    if (end >= 0) return { match, start, end };
    pattern.lastIndex = index + 1;
  }
  return undefined;
}

function isReal(text: string, shape: CredentialShape, { match, start, end }: Match): boolean {
  return shape.isReal?.(match, text.slice(start, end)) ?? true;
}

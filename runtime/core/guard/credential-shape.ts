/** A form of credentials that is known without knowing the credential. */
export interface CredentialShape {
  readonly what: string;
  /** Letters and digits that each match contains, four at a time. `?` is any of them. Without them, the pattern isn't tried. */
  readonly marks: string;
  /** Global. If it has a group `secret`, only that is the credential, and the rest tells that it is one. */
  readonly pattern: RegExp;
  /** What the note says that takes its place. @default `what` */
  readonly note?: string;
  /** @default each match is a credential */
  readonly isReal?: (match: RegExpMatchArray) => boolean;
}

/** Whether a text holds a credential of a form. */
export function holdsShape(text: string, { pattern, isReal }: CredentialShape): boolean {
  pattern.lastIndex = 0;
  for (let match = pattern.exec(text); match; match = pattern.exec(text)) {
    if (isReal?.(match) ?? true) return true;
    // A credential may begin inside of what looked like one.
    pattern.lastIndex = match.index + Math.max(1, beforeSecret(match));
  }
  return false;
}

/** The text with a note in place of each credential of a form. */
export function withoutShape(text: string, { what, note = what, pattern, isReal }: CredentialShape): string {
  return text.replace(pattern, (...args) => {
    const found: string = args[0];
    const groups = typeof args.at(-1) === 'object' ? args.at(-1) : undefined;
    const match = Object.assign(args.slice(0, groups ? -3 : -2), {
      index: args.at(groups ? -3 : -2),
      input: text,
      groups,
    });
    if (!(isReal?.(match) ?? true)) return found;
    const secret: string = groups?.secret ?? found;
    const at = found.lastIndexOf(secret);
    return `${found.slice(0, at)}[withheld: ${note}]${found.slice(at + secret.length)}`;
  });
}

function beforeSecret(match: RegExpMatchArray): number {
  const secret = match.groups?.secret;
  return secret === undefined ? 1 : match[0].lastIndexOf(secret);
}

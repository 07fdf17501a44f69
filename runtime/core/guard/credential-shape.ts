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
    pattern.lastIndex = match.index + Math.max(1, beginOfSecret(match));
  }
  return false;
}

/** The text with a note in place of each credential of a form. */
export function withoutShape(text: string, { what, note = what, pattern, isReal }: CredentialShape): string {
  pattern.lastIndex = 0;
  let plain = '';
  let from = 0;
  for (const match of text.matchAll(pattern)) {
    if (!(isReal?.(match) ?? true)) continue;
    const start = match.index + beginOfSecret(match);
    plain += `${text.slice(from, start)}[withheld: ${note}]`;
    from = start + (match.groups?.secret ?? match[0]).length;
  }
  return plain + text.slice(from);
}

/** Where the credential begins in what was found. */
function beginOfSecret({ 0: found, groups }: RegExpMatchArray): number {
  return groups?.secret === undefined ? 0 : found.lastIndexOf(groups.secret);
}

/** Strings and comments: they may contain any character. Cedar has no other quotes or comments. */
export const TEXT_OR_COMMENT = /"(?:[^"\\]|\\.)*"|\/\/[^\n\r]*/gs;

/** Strings, comments, the end of a policy, and all other text. */
const TOKEN = new RegExp(`${TEXT_OR_COMMENT.source}|;|[^"/;]+|/`, 'gsy');

/** White space for both Cedar and ECMAScript. Any other space character begins a policy, which then fails to parse. */
const LEADING_SPACE = /^[ \t\r\n]*/;

/**
 * The policies of a Cedar text in order, each from its first word to its semicolon. Only strings, comments and semicolons
 * are recognised. Undefined: the text doesn't end with a whole policy.
 */
export function splitPolicies(text: string): string[] | undefined {
  const policies: string[] = [];
  let start: number | undefined;
  let end = 0;
  TOKEN.lastIndex = 0;
  for (let token = TOKEN.exec(text)?.[0]; token !== undefined; token = TOKEN.exec(text)?.[0]) {
    const space = token.startsWith('//') ? token.length : (LEADING_SPACE.exec(token)?.[0].length ?? 0);
    if (space < token.length) start ??= end + space;
    end += token.length;
    if (token === ';') {
      policies.push(text.slice(start, end));
      start = undefined;
    }
  }
  return start !== undefined || end < text.length ? undefined : policies;
}

/**
 * Whether the text could be two policies with a missing semicolon between them. The second one must not be overlooked.
 */
export function maybeSeveral(policy: string): boolean {
  const words = policy.replace(TEXT_OR_COMMENT, ' ').match(/@|\bpermit\b|\bforbid\b/g) ?? [];
  return words.length > 2;
}

/** Strings and comments, which may hold anything. Cedar has no other quotes or comments. */
const TEXT_OR_COMMENT = /"(?:[^"\\]|\\.)*"|\/\/[^\n\r]*/gs;

/** These, the end of a policy, and all else. */
const TOKEN = new RegExp(`${TEXT_OR_COMMENT.source}|;|[^"/;]+|/`, 'gsy');

/** White space to Cedar and to ECMAScript alike: what else may be some to one of them begins a policy, which then fails. */
const LEADING_SPACE = /^[ \t\r\n]*/;

/**
 * The policies of a Cedar text in order, each from its first word to its semicolon, told by strings, comments and
 * semicolons alone. Undefined where the text doesn't end with a whole policy.
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
 * Whether a part could hold a second policy that lost its semicolon: whatever else Cedar finds wrong with it then, that
 * policy would be missed where it belongs.
 */
export function maybeSeveral(policy: string): boolean {
  const words = policy.replace(TEXT_OR_COMMENT, ' ').match(/@|\bpermit\b|\bforbid\b/g) ?? [];
  return words.length > 2;
}

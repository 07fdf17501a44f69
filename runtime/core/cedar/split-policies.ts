/** Strings and comments, which may hold anything; the end of a policy; and all else. Cedar has no other quotes or comments. */
const TOKEN = /"(?:[^"\\]|\\.)*"|\/\/[^\n\r]*|;|[^"/;]+|\//gsy;

/**
 * The policies of a Cedar text, each with its semicolon, by its strings, comments and semicolons alone. Undefined where
 * it doesn't end with a whole policy.
 */
export function splitPolicies(text: string): string[] | undefined {
  const policies: string[] = [];
  let start = 0;
  let end = 0;
  let begun = false;
  TOKEN.lastIndex = 0;
  for (let token = TOKEN.exec(text)?.[0]; token !== undefined; token = TOKEN.exec(text)?.[0]) {
    end += token.length;
    if (token === ';') {
      policies.push(text.slice(start, end).trim());
      start = end;
      begun = false;
    } else if (!token.startsWith('//') && token.trim() !== '') begun = true;
  }
  return begun || end < text.length ? undefined : policies;
}

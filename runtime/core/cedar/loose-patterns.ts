/**
 * The `like` patterns of a text that also match what merely begins or ends alike: `"/srv/share*"` matches
 * `/srv/shared-secrets`, and `"*example.com"` matches `evil-example.com`. Each with what to write instead.
 */
export function loosePatterns(text: string): { readonly pattern: string; readonly write: string }[] {
  const withoutComments = text.replace(/("(?:[^"\\]|\\.)*")|\/\/[^\n]*/g, '$1');
  const patterns = [...withoutComments.matchAll(/\blike\s*"((?:[^"\\]|\\.)*)"/g)].map(([, pattern = '']) => pattern);
  return [...new Set(patterns)].flatMap((pattern) => {
    if (/\/.*[A-Za-z0-9.]\*$/.test(pattern)) return [{ pattern, write: `${pattern.slice(0, -1)}/*` }];
    if (/^\*[A-Za-z0-9-]+\./.test(pattern)) return [{ pattern, write: `*.${pattern.slice(1)}` }];
    return [];
  });
}

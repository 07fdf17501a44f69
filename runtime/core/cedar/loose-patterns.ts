import { TEXT_OR_COMMENT } from './split-policies';

/**
 * The `like` patterns of a text that also match what merely begins or ends alike: `"/srv/share*"` matches
 * `/srv/shared-secrets`, and `"*example.com"` matches `evil-example.com`. Each with what to write instead.
 */
export function loosePatterns(text: string): { readonly pattern: string; readonly write: string }[] {
  const withoutComments = text.replace(TEXT_OR_COMMENT, (found) => (found.startsWith('//') ? '' : found));
  const patterns = [...withoutComments.matchAll(/\blike\s*"((?:[^"\\]|\\.)*)"/g)].map(([, pattern = '']) => pattern);
  return [...new Set(patterns)].flatMap((pattern) => {
    if (/\/.*[A-Za-z0-9.]\*$/.test(pattern)) return [{ pattern, write: `${pattern.slice(0, -1)}/*` }];
    if (/^\*[A-Za-z0-9-]+\./.test(pattern)) return [{ pattern, write: `*.${pattern.slice(1)}` }];
    return [];
  });
}

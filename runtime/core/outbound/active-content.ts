/** Content that makes the program which shows it send a request, and so can carry data out. */
interface ActiveContent {
  readonly what: string;
  readonly pattern: RegExp;
}

const HOST = String.raw`(?:https?:)?\/\/`;

/** Each pattern finds the whole element, so that it can be replaced. */
const ACTIVE: readonly ActiveContent[] = [
  { what: 'an image', pattern: new RegExp(String.raw`!\[[^\]\n]{0,500}\]\(\s{0,5}<?${HOST}[^)\n]{0,4000}\)`, 'gi') },
  { what: 'an image', pattern: /!\[[^\]\n]{0,500}\]\s?\[[^\]\n]{0,200}\]/gi },
  {
    what: 'an element that loads a URL',
    pattern: new RegExp(
      String.raw`<(?:img|image|iframe|frame|embed|object|video|audio|source|track|link|input|base|svg|use|body|table|td|portal)\b[^<>]{0,2000}?(?:src|srcset|href|data|background|poster)\s{0,5}=\s{0,5}["']?[^"'<>]{0,200}?${HOST}[^<>]{0,4000}>?`,
      'gi',
    ),
  },
  { what: 'a form', pattern: /<(?:form\b|button\b[^<>]{0,500}formaction)[^<>]{0,4000}>?/gi },
  { what: 'a redirect', pattern: /<meta\b[^<>]{0,500}http-equiv[^<>]{0,4000}>?/gi },
  { what: 'a script', pattern: /<script\b[^<]{0,4000}(?:<\/script\s{0,5}>)?|\bjavascript:[^\s"'<>)]{1,2000}/gi },
  { what: 'a script', pattern: /<[a-z][^<>]{0,500}\son[a-z]{3,20}\s{0,5}=[^<>]{0,4000}>?/gi },
  {
    what: 'a style that loads a URL',
    pattern: new RegExp(String.raw`(?:@import\s{0,5}|url\(\s{0,5})["']?${HOST}[^\s"')]{0,4000}["']?\)?`, 'gi'),
  },
];

/** A link that carries much encoded data: a person who follows it sends the data. */
const LINK_WITH_DATA =
  /\bhttps?:\/\/[^\s"'<>)]{0,1000}[/?#=&](?:[A-Za-z0-9+/_-]|%[0-9A-Fa-f]{2}){80,4000}[^\s"'<>)]{0,1000}/gi;

/** What sends data as soon as it is shown. Undefined: nothing. */
export function activeContentIn(text: string): string | undefined {
  return ACTIVE.find(({ pattern }) => text.search(pattern) >= 0)?.what;
}

/** What sends data when it is shown, or when somebody follows a link. Undefined: nothing. */
export function sendingContentIn(text: string): string | undefined {
  return activeContentIn(text) ?? (text.search(LINK_WITH_DATA) >= 0 ? 'a link that carries data' : undefined);
}

/** The text with a note in place of what sends data as soon as it is shown. */
export function withoutActiveContent(text: string): { readonly text: string; readonly replaced: number } {
  return replaced(text, ACTIVE);
}

/** The same, links that carry data included. */
export function withoutSendingContent(text: string): { readonly text: string; readonly replaced: number } {
  return replaced(text, [...ACTIVE, { what: 'a link that carries data', pattern: LINK_WITH_DATA }]);
}

function replaced(text: string, found: readonly ActiveContent[]): { readonly text: string; readonly replaced: number } {
  let count = 0;
  const plain = found.reduce(
    (rest, { what, pattern }) =>
      rest.replace(pattern, () => {
        count += 1;
        return `[withheld: ${what}]`;
      }),
    text,
  );
  return { text: plain, replaced: count };
}

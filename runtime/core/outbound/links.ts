import { carriesData, problemOfLink } from './address';
import type { Scan } from './scan';

/** Chat and mail programs make links of these, and may request them to show a preview. */
const LINKS =
  /(?<![\w.@-])(?:(?:https?|ftp):[\\/]{1,8}|www\.)[^\s<>"'`]{1,8000}|(?<![\w.@/\\-])(?:[a-z0-9-]{1,63}\.){1,12}[a-z]{2,24}[/?][^\s<>"'`]{60,8000}/gi;

/** In angle brackets, Markdown takes other schemes as well. */
const AUTOLINKS = /<((?:javascript|vbscript|data|file|search-ms|ms-[a-z]{1,20}):[^\s<>]{1,8000})>/gi;

/** Finds links without markup that carry data, and links in angle brackets that run a program. */
export function findLinks(scan: Scan): void {
  const { text, named } = scan;
  scan.read(2 * text.length);
  for (const { 0: found, index } of text.matchAll(LINKS)) {
    const address = withoutEnd(found);
    const url = /^(?:https?|ftp):/i.test(address) ? address : `https://${address}`;
    if (carriesData(url, named)) scan.found(index, index + address.length, 'a link that carries data');
  }
  for (const { 0: found, 1: address = '', index } of text.matchAll(AUTOLINKS)) {
    scan.found(index, index + found.length, problemOfLink(address, named));
  }
}

/** Punctuation after a link belongs to the sentence. */
function withoutEnd(link: string): string {
  let end = link.length;
  while (end > 0 && ')]}>,;.:!?*_|\\'.includes(link.charAt(end - 1))) end -= 1;
  return link.slice(0, end);
}

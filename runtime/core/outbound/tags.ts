import { mayLoad } from './address';
import type { Scan } from './scan';
import { problemOfStyle } from './styles';
import { type Tag, tagAt, tagNameAt, withoutPrefix } from './tag';
import { NAMES_THAT_MATTER, problemOfAttributes } from './tag-rules';

/**
 * Finds tags that load, run or send something. Every `<` before a letter counts as a tag, also inside comments, attributes
 * and code, because programs differ in what they leave out.
 */
export function findTags(scan: Scan): void {
  const { text } = scan;
  scan.read(text.length);
  let outer = new Surrounding();
  for (let at = text.indexOf('<'); at >= 0 && !scan.isOver; at = text.indexOf('<', at + 1)) {
    const next = text.charAt(at + 1);
    if (/[a-zA-Z]/.test(next)) {
      if (outer.covers(at, text)) continue;
      const tag = findTag(scan, at);
      if (tag.end > outer.end) outer = new Surrounding(tag);
    } else if (next === '!' || next === '?') findDeclaration(scan, at);
  }
}

/**
 * The last tag that was read. In `a<b and c<d`, HTML reads all from `<b` on as one tag, until the next `>`. A tag that begins among
 * its attributes has the rest of them, which were judged. So it needn't be read again, or long texts of maths would take quadratic time.
 */
class Surrounding {
  readonly end: number;
  private value = 0;

  constructor(private readonly tag?: Tag) {
    this.end = tag?.end ?? 0;
  }

  /** `at` never decreases. */
  covers(at: number, text: string): boolean {
    const { values = [] } = this.tag ?? {};
    if (at >= this.end) return false;
    while ((values[this.value]?.to ?? this.end) <= at) this.value += 1;
    const value = values[this.value];
    const name = tagNameAt(text, at);
    if (name.length >= LONG_NAME || name.includes('=') || NAMES_THAT_MATTER.has(withoutPrefix(name))) return false;
    if (value === undefined || value.from > at) return true;
    // In quotes, all may be read in another way. Without quotes, the name must end where the value ends.
    return !value.isQuoted && at + 1 + name.length === value.to;
  }
}

const LONG_NAME = 64;

function findTag(scan: Scan, at: number): Tag {
  const tag = tagAt(scan.text, at);
  scan.read(tag.end - at);
  if (tag.name === 'script') {
    scan.found(at, endOfElement(scan, tag), 'a script');
    return tag;
  }
  scan.found(at, tag.end, problemOfAttributes(tag, scan.named));
  if (tag.name === 'style') {
    const end = endOfElement(scan, tag);
    // Without an end it is no element, but the name of a type in code.
    if (end > tag.end) scan.found(at, end, problemOfStyle(scan.text.slice(tag.end, end), scan.named));
  }
  return tag;
}

/** Where the element ends. Without an end tag, it is where its begin tag ends. */
function endOfElement(scan: Scan, { name, end }: Tag): number {
  const close = new RegExp(`</${name}[^>]*>?`, 'gi');
  close.lastIndex = end;
  const found = close.exec(scan.text);
  scan.read((found ? close.lastIndex : scan.text.length) - end);
  return found ? close.lastIndex : end;
}

const DECLARATION = /<(?:!doctype|!entity|\?xml-stylesheet)\b[^>]{0,2000}>?/iy;
const ADDRESS_IN_QUOTES = /["']\s*((?:[a-z][a-z0-9+.-]*:|[\\/]{2})[^"']*)["']/gi;
/** The doctype of XHTML names its DTD. No program loads it. */
const W3C = /^https?:\/\/www\.w3\.org\/[\w./-]*$/i;

function findDeclaration(scan: Scan, at: number): void {
  DECLARATION.lastIndex = at;
  const found = DECLARATION.exec(scan.text)?.[0] ?? '';
  scan.read(found.length);
  for (const [, address = ''] of found.matchAll(ADDRESS_IN_QUOTES)) {
    if (!W3C.test(address) && !mayLoad(address, scan.named)) {
      scan.found(at, at + found.length, 'an element that loads a URL');
    }
  }
}

import { mayLoad } from './address';
import type { NamedAddresses } from './named-addresses';
import type { Scan } from './scan';

const STYLE = 'a style that loads a URL';

/** Functions of CSS that take no address. */
const INERT_FUNCTIONS = new Set(
  `rgb rgba hsl hsla hwb lab lch oklab oklch color color-mix light-dark calc min max clamp round mod rem abs sign var env sin cos tan
  linear-gradient radial-gradient conic-gradient repeating-linear-gradient repeating-radial-gradient repeating-conic-gradient gradient
  translate translatex translatey translatez translate3d scale scalex scaley scale3d rotate rotatex rotatey rotatez rotate3d skew skewx
  skewy matrix matrix3d perspective blur brightness contrast drop-shadow grayscale hue-rotate invert opacity saturate sepia alpha
  cubic-bezier steps linear counter counters repeat minmax fit-content not is where has nth-child nth-last-child nth-of-type
  nth-last-of-type lang dir host slotted part local format tech rect inset circle ellipse polygon path style selector and or only`.split(
    /\s+/,
  ),
);

const FUNCTION = /([\w-]+)\(/g;
const IMPORT = /@import\s*(?:url\(\s*)?["']?([^"'\s;)]*)/gi;

/** What a style element or attribute loads. A function that isn't known counts as one that loads. Undefined: nothing. */
export function problemOfStyle(css: string, named: NamedAddresses): string | undefined {
  return readings(css).some((each) => imports(each, named) || callsLoading(each, named)) ? STYLE : undefined;
}

function imports(css: string, named: NamedAddresses): boolean {
  for (const [, address = ''] of css.matchAll(IMPORT)) if (!mayLoad(address, named)) return true;
  return false;
}

function callsLoading(css: string, named: NamedAddresses): boolean {
  for (const found of css.matchAll(FUNCTION)) {
    const name = found[1]?.toLowerCase() ?? '';
    if (INERT_FUNCTIONS.has(name)) continue;
    if (name !== 'url' || !mayLoad(argumentAt(css, found.index + found[0].length), named)) return true;
  }
  return false;
}

/** As written, without entities and comments, and with the escapes of CSS decoded. */
function readings(css: string): string[] {
  const plain = css.replace(/&#x?([0-9a-f]{1,6});?|&(lpar|rpar|quot|apos|colon|sol|commat);?/gi, entity);
  const found = plain.includes('/*') ? [plain, plain.replace(/\/\*(?:(?!\*\/)[\s\S])*(?:\*\/|$)/g, '')] : [plain];
  return found.flatMap((each) => (each.includes('\\') ? [each, withoutCssEscapes(each)] : [each]));
}

const ENTITIES: Readonly<Record<string, string>> = {
  lpar: '(',
  rpar: ')',
  quot: '"',
  apos: "'",
  colon: ':',
  sol: '/',
  commat: '@',
};

function entity(whole: string, digits: string | undefined, name: string | undefined): string {
  if (digits === undefined) return ENTITIES[name?.toLowerCase() ?? ''] ?? whole;
  const point = Number.parseInt(digits, whole.charAt(2).toLowerCase() === 'x' ? 16 : 10);
  return point <= 0x10ffff ? String.fromCodePoint(point) : whole;
}

export function withoutCssEscapes(css: string): string {
  return css.replace(/\\(?:([0-9a-f]{1,6})\s?|\r?\n|(.))/gi, (_, hex?: string, sign?: string) => {
    const point = hex === undefined ? 0 : Number.parseInt(hex, 16);
    return hex === undefined ? (sign ?? '') : point <= 0x10ffff ? String.fromCodePoint(point) : '';
  });
}

function argumentAt(css: string, at: number): string {
  const end = css.indexOf(')', at);
  return css
    .slice(at, end < 0 ? css.length : end)
    .trim()
    .replace(/^["']|["']$/g, '');
}

/** Rules that load something, in a text that may be a style sheet itself. */
const BARE =
  /@import\s{0,20}(?:url\(\s{0,20})?["']?((?:[a-z]{2,10}:|[\\/]{2})[^"'\s;)]{1,4000})|:[^;{}\n:]{0,300}?(?<![\w.$-])(?:url|src)\(\s{0,20}["']?((?:[a-z]{2,10}:|[\\/]{2})[^"'\s)]{1,4000})|(?:image-set|cross-fade)\([^)]{0,500}?["'(]((?:[a-z]{2,10}:|[\\/]{2})[^"')]{1,4000})/gi;

/** Finds style rules outside of elements and attributes. In other code, `url(` is a name like others. */
export function findStyles(scan: Scan): void {
  const { text, named } = scan;
  scan.read(text.length);
  if (!/url\s*\(|src\s*\(|@import|image-set|cross-fade|\\[0-9a-f]{1,6}/i.test(text)) return;
  const plain = text.includes('\\') ? withoutCssEscapes(text) : text;
  for (const each of new Set([text, plain])) {
    for (const found of each.matchAll(BARE)) {
      const address = found[1] ?? found[2] ?? found[3] ?? '';
      if (mayLoad(address, named)) continue;
      // In the decoded text the place is another one, so all of the text counts.
      if (each === text) scan.found(found.index, found.index + found[0].length, STYLE);
      else scan.found(0, text.length, STYLE);
    }
  }
}

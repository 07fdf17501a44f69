import { changedParts } from './islands';

/** Names of the characters of ASCII that aren't letters or digits. Source: the HTML standard, named character references. */
const NAMED: Readonly<Record<string, string>> = {
  amp: '&',
  AMP: '&',
  apos: "'",
  ast: '*',
  bsol: '\\',
  colon: ':',
  comma: ',',
  commat: '@',
  dash: '-',
  dollar: '$',
  equals: '=',
  excl: '!',
  grave: '`',
  gt: '>',
  GT: '>',
  Hat: '^',
  hyphen: '-',
  lbrace: '{',
  lbrack: '[',
  lcub: '{',
  lowbar: '_',
  lpar: '(',
  lsqb: '[',
  lt: '<',
  LT: '<',
  midast: '*',
  nbsp: ' ',
  num: '#',
  percnt: '%',
  period: '.',
  plus: '+',
  quest: '?',
  quot: '"',
  QUOT: '"',
  rbrace: '}',
  rbrack: ']',
  rcub: '}',
  rpar: ')',
  rsqb: ']',
  semi: ';',
  shy: '',
  sol: '/',
  Tab: '\t',
  verbar: '|',
  vert: '|',
  zwj: '',
  zwnj: '',
};

const SHORT: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v', '0': '\0' };

/** Of JSON, JavaScript, C, shells and Markdown; of URLs and forms; of HTML and XML. */
const ESCAPE =
  /\\(?:u([0-9a-fA-F]{4})|[ux]\{([0-9a-fA-F]{1,6})\}|U([0-9a-fA-F]{8})|x([0-9a-fA-F]{2})|([0-3]?[0-7]{2})|([^A-Za-z0-9]|[bfnrtv0]))|%u([0-9a-fA-F]{4})|((?:%[0-9a-fA-F]{2})+)|&(?:#[xX]0{0,8}([0-9a-fA-F]{1,6})|#0{0,8}([0-9]{1,7})|([A-Za-z]{2,6}));?/g;

/**
 * Removes one layer of every kind of escape, and keeps what is near them. No kind produces another, so the order doesn't
 * matter. Takes linear time. Undefined: the text has no escapes.
 */
export function withoutEscapes(text: string): string | undefined {
  if (!/[\\%&]/.test(text)) return undefined;
  return changedParts(text, ESCAPE, unescaped);
}

function unescaped(match: RegExpExecArray): string {
  const [all, unit, braced, long, byte, octal, short, percentUnit, percent, hex, decimal, name] = match;
  if (short !== undefined) return SHORT[short] ?? short;
  if (percent !== undefined) return Buffer.from(percent.replace(/%/g, ''), 'hex').toString('utf8');
  if (name !== undefined) return NAMED[name] ?? all;
  if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8));
  const digits = unit ?? braced ?? long ?? byte ?? percentUnit ?? hex;
  const point = digits === undefined ? Number(decimal) : Number.parseInt(digits, 16);
  return point <= 0x10ffff ? String.fromCodePoint(point) : all;
}

const QUOTED_PRINTABLE = /=[ \t]*\r?\n|(?:=[0-9A-Fa-f]{2})+/g;

/** The same for quoted-printable. Apart from the other escapes, because `a=12` in a query isn't one. Source: RFC 2045, 6.7. */
export function withoutQuotedPrintable(text: string): string | undefined {
  if (!/=[0-9A-Fa-f]{2}|=\r?\n/.test(text)) return undefined;
  return changedParts(text, QUOTED_PRINTABLE, ([run]) =>
    /\n/.test(run) ? '' : Buffer.from(run.replace(/=/g, ''), 'hex').toString('utf8'),
  );
}

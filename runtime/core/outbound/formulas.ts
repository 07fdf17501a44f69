import { mayLoad } from './address';
import type { Scan } from './scan';

const FORMULA = 'a formula that loads a URL or runs a program';

/** Functions of spreadsheets that only compute. */
const INERT_FUNCTIONS = new Set(
  `SUM SUMIF SUMIFS SUMPRODUCT AVERAGE AVERAGEIF AVERAGEIFS AVERAGEA COUNT COUNTA COUNTIF COUNTIFS COUNTBLANK COUNTUNIQUE MIN MAX MINIFS MAXIFS
  MEDIAN MODE STDEV STDEVP VAR VARP QUARTILE PERCENTILE RANK LARGE SMALL ROUND ROUNDUP ROUNDDOWN MROUND CEILING FLOOR INT TRUNC MOD
  ABS SIGN SQRT POWER EXP LN LOG LOG10 PI SIN COS TAN RAND RANDBETWEEN PRODUCT QUOTIENT IF IFS IFERROR IFNA AND OR NOT XOR SWITCH CHOOSE
  TRUE FALSE ISBLANK ISERROR ISNUMBER ISTEXT ISNA NA VLOOKUP HLOOKUP XLOOKUP LOOKUP INDEX MATCH XMATCH OFFSET ROW ROWS COLUMN
  COLUMNS TRANSPOSE FILTER SORT SORTBY UNIQUE SEQUENCE ARRAYFORMULA LET LEFT RIGHT MID LEN FIND SEARCH SUBSTITUTE REPLACE TRIM UPPER
  LOWER PROPER TEXT VALUE CONCAT CONCATENATE TEXTJOIN JOIN SPLIT REPT EXACT CHAR CODE CLEAN FIXED DOLLAR DATE DATEVALUE DATEDIF DAY
  DAYS MONTH YEAR HOUR MINUTE SECOND TIME NOW TODAY EDATE EOMONTH WEEKDAY WEEKNUM NETWORKDAYS WORKDAY PMT PV FV NPV IRR RATE NPER
  SUBTOTAL AGGREGATE FREQUENCY CORREL FORECAST TREND SLOPE INTERCEPT CONVERT`.split(/\s+/),
);

/** Functions that request a URL, open a link or run a program. */
const ACTING =
  /\b(?:IMPORT(?:XML|DATA|FEED|HTML|RANGE)|WEBSERVICE|FILTERXML|HYPERLINK|DDE|DDEAUTO|REGISTER\.ID|SQL\.REQUEST|STOCKHISTORY|GOOGLETRANSLATE|CUBEVALUE)\s{0,20}\(/i;
/** Code has functions with these names too, but seldom in capitals. */
const ACTING_IN_CAPITALS = /\b(?:IMAGE|CALL|EXEC|RUN|REGISTER|RTD|EVALUATE)\s{0,20}\(\s{0,20}["&A-Z$]/;

/** The first cell of a line that begins with a sign that makes it a formula. Excel takes four signs, and their wide forms. */
const CELL = /(?:^|[\n\r,;\t|])(["' ]{0,4})([=+\-@＝＋－＠])(?![=>~])([^\n\r]{0,4000})/g;

/** `=cmd|'/C calc'!A0` starts a program. */
const DDE = /[\w.)]\|\s{0,5}(?:'[^'\n]{0,1000}'|[\w.\\:/-]{1,200})\s{0,5}!\s{0,5}['"$A-Za-z0-9_]/;
/** A cell of another file: `'https://host/[book.xlsx]Sheet1'!A1`. */
const OTHER_FILE = /'((?:https?:|[\\/]{2})[^'"\n[]{0,1000})\[[^\]\n]{1,200}\][^!\n]{0,200}!/i;
/** A cell that calls a function, without a space before it: in code there is one. */
const CALLING_CELL = /(?:^|[,;\t])["']{0,3}[=＝]([A-Za-z][\w.]{0,40}\([^\n\r]{0,300})/g;
const NAME = /(?<![\w.])([A-Za-z][A-Za-z0-9.]{1,40})\(/g;
/** How far a formula may go on in the next lines. */
const NEXT_LINES = 500;

/** Finds cells that do more than compute, in a table or as the whole text. */
export function findFormulas(scan: Scan): void {
  const { text } = scan;
  scan.read(text.length);
  for (const { index, 0: whole, 1: quotes = '', 2: sign = '', 3: line = '' } of text.matchAll(CELL)) {
    const start = index + whole.length - line.length - sign.length;
    const end = index + whole.length;
    const isOpen = (sign === '=' || sign === '＝') && !line.includes(')');
    const rest = isOpen ? text.slice(end - line.length, end + NEXT_LINES) : line;
    if (!scan.read(rest.length)) return;
    const before = whole.startsWith('|') || quotes.includes(' ') ? ' ' : '';
    if (acts(rest, scan) || callsUnknown(`${before}${sign}${rest}`))
      scan.found(start, start + sign.length + rest.length, FORMULA);
  }
}

function acts(rest: string, { named }: Scan): boolean {
  if (ACTING.test(rest) || ACTING_IN_CAPITALS.test(rest) || DDE.test(rest)) return true;
  const other = OTHER_FILE.exec(rest)?.[1];
  return other !== undefined && !mayLoad(other, named);
}

/** Whether a cell calls a function that isn't known to compute only. */
function callsUnknown(cells: string): boolean {
  for (const [, formula = ''] of cells.matchAll(CALLING_CELL)) {
    for (const [, name = ''] of formula.matchAll(NAME)) if (!INERT_FUNCTIONS.has(name.toUpperCase())) return true;
  }
  return false;
}

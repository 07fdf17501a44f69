import { latinOf } from './lookalikes';

/** Characters that show nothing, and accents on the letter before. */
const INVISIBLE = /\p{Default_Ignorable_Code_Point}|\p{Mn}/gu;

/**
 * The texts in which credentials are recognized by their form: the text itself, with letters of other scripts and styles as those of
 * ASCII, with pieces of one length joined, and with values of a structure joined.
 * @param joined whether pieces are joined
 */
export function* plainTexts(text: string, joined: boolean): Generator<string> {
  yield text;
  const plain = withAsciiLetters(text);
  if (plain !== text) yield plain;
  if (!joined) return;
  const whole = withoutSeparators(plain);
  if (whole !== plain) yield whole;
  const values = joinedValues(plain);
  if (values !== undefined) yield values;
}

function withAsciiLetters(text: string): string {
  if (/^[\0-\x7f]*$/.test(text)) return text;
  return text.replace(INVISIBLE, '').replace(/[^\0-\x7f]/gu, plainOf);
}

/** Full-width signs belong to a form as much as letters do. */
function plainOf(character: string): string {
  const point = character.codePointAt(0) ?? 0;
  if (point >= 0xff01 && point <= 0xff5e) return String.fromCharCode(point - 0xfee0);
  return latinOf(point) || character;
}

const SEPARATORS = [' ', '-', '_', '.', ',', '|', '*', '~', '·', '\n', '\r\n', ', ', ' - '];
const LONGEST_PIECE = 10;
/** Beside each other, of one length and with one separator. The last may be shorter. */
const FEWEST_PIECES = 3;

function withoutSeparators(text: string): string {
  return SEPARATORS.reduce((rest, separator) => withPiecesJoined(rest, separator), text);
}

function withPiecesJoined(text: string, separator: string): string {
  const words = text.split(separator);
  if (words.length < FEWEST_PIECES) return text;
  let joined = words[0] ?? '';
  let changed = false;
  for (let from = 0; from + 1 < words.length; ) {
    const end = endOfPieces(words, from);
    const pieces = end - from >= FEWEST_PIECES;
    for (let i = from + 1; i < end; i += 1) joined += pieces ? words[i] : separator + words[i];
    changed ||= pieces;
    from = end - 1;
    if (from + 1 < words.length) {
      joined += separator + words[from + 1];
      from += 1;
    }
  }
  return changed ? joined : text;
}

/** The word after the pieces that begin with a word, and whose last begins with a piece. */
function endOfPieces(words: readonly string[], from: number): number {
  // Quotes and other text may stand before the first.
  const length = (words[from + 1] ?? '').length;
  const first = words[from] ?? '';
  if (length === 0 || length > LONGEST_PIECE || first.length < length) return from + 1;
  if (first.length > length && !/\s|["'`=:>(]/.test(first.charAt(first.length - length - 1))) return from + 1;
  let end = from + 1;
  while (end < words.length && words[end]?.length === length) end += 1;
  const last = words[end] ?? '';
  const rest = /^\w{1,10}(?!\w)/.exec(last)?.[0].length ?? 0;
  return end - from >= FEWEST_PIECES - 1 && rest > 0 && rest <= length ? end + 1 : end;
}

/** The string values of JSON, and of lists in quotes, without their names. */
const QUOTED_VALUE = /"((?:[^"\\\n]|\\.){1,200})"(?=\s{0,20}[,}\]])/g;
const MOST_JOINED = 16;
const MOST_STARTS = 2000;

/** Each value with those after it, because a credential may be split over them. Undefined: there are fewer than two. */
function joinedValues(text: string): string | undefined {
  const values = [...text.matchAll(QUOTED_VALUE)].map(([, value = '']) => value);
  if (values.length < 2) return undefined;
  return values
    .slice(0, MOST_STARTS)
    .flatMap((value, at) => (STARTS.test(value) ? [values.slice(at, at + MOST_JOINED).join('')] : []))
    .join('\n');
}

/** How credentials begin whose form says so. */
const STARTS =
  /^(?:A[KS]I|gh[pousr]|github_|gl[a-z]{2,5}-|xox|xapp|[sr]k_|sk-|whsec|AIza|ya29|GOCSPX|eyJ|npm_|pypi|do[opr]_|shp|dapi|hv[sbr]\.|ATATT|hf_|SG\.|IQoJ|FwoG|FQoG|https?:|[a-z]{2,12}:\/\/|bearer|-----)/i;

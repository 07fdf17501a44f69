import { latinOf } from './lookalikes';

/** Characters that show nothing, and accents on the letter before. */
const INVISIBLE = /\p{Default_Ignorable_Code_Point}|\p{Mn}/u;

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
  let plain = '';
  let from = 0;
  for (let at = 0; at < text.length; ) {
    if (text.charCodeAt(at) < 0x80) {
      at += 1;
      continue;
    }
    const point = text.codePointAt(at) ?? 0;
    plain += text.slice(from, at) + asciiOf(point);
    at += point > 0xffff ? 2 : 1;
    from = at;
  }
  return from === 0 ? text : plain + text.slice(from);
}

/** How characters were first read. A text has seldom as many kinds of them. */
const MOST_KNOWN = 20_000;
const known = new Map<number, string>();

function asciiOf(point: number): string {
  const read = known.get(point);
  if (read !== undefined) return read;
  const character = String.fromCodePoint(point);
  const plain = INVISIBLE.test(character) ? '' : plainOf(character);
  // Not all are kept, so no text fills the memory.
  if (known.size < MOST_KNOWN) known.set(point, plain);
  return plain;
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
  const words = new Words(text, separator);
  let joined = '';
  let from = 0;
  for (let word = 0; word + FEWEST_PIECES <= words.count; ) {
    const end = endOfPieces(words, word);
    if (end - word >= FEWEST_PIECES) {
      joined += text.slice(from, words.end(word));
      for (let piece = word + 1; piece < end; piece += 1) joined += text.slice(words.start(piece), words.end(piece));
      from = words.end(end - 1);
    }
    word = end;
  }
  return from === 0 ? text : joined + text.slice(from);
}

/** Where the words of a text begin and end between a separator. A text for each of them would take longer. */
class Words {
  readonly count: number;
  private readonly starts: number[] = [0];

  constructor(
    readonly text: string,
    private readonly separator: string,
  ) {
    const { starts } = this;
    for (let at = text.indexOf(separator); at >= 0; at = text.indexOf(separator, at + separator.length)) {
      starts.push(at + separator.length);
    }
    this.count = starts.length;
    starts.push(text.length + separator.length);
  }

  start(word: number): number {
    return this.starts[word] ?? 0;
  }

  end(word: number): number {
    return this.start(word + 1) - this.separator.length;
  }

  /** Of a word after the last: 0. */
  length(word: number): number {
    return word < this.count ? this.end(word) - this.start(word) : 0;
  }
}

/** The word after the pieces that begin with a word, and whose last begins with a piece. */
function endOfPieces(words: Words, from: number): number {
  // Quotes and other text may stand before the first.
  const length = words.length(from + 1);
  const first = words.length(from);
  if (length === 0 || length > LONGEST_PIECE || first < length) return from + 1;
  if (first > length && !/\s|["'`=:>(]/.test(words.text.charAt(words.end(from) - length - 1))) return from + 1;
  let end = from + 1;
  while (words.length(end) === length) end += 1;
  const rest = end - from >= FEWEST_PIECES - 1 ? pieceAtStart(words, end) : 0;
  return rest > 0 && rest <= length ? end + 1 : end;
}

/** Characters of a piece with which a word begins. 0: none, or more than a piece has. */
function pieceAtStart(words: Words, word: number): number {
  const start = words.start(word);
  const length = words.length(word);
  let size = 0;
  while (size < length && size <= LONGEST_PIECE && isOfWord(words.text.charCodeAt(start + size))) size += 1;
  return size > LONGEST_PIECE ? 0 : size;
}

function isOfWord(unit: number): boolean {
  const lower = unit | 0x20;
  return (lower >= 0x61 && lower <= 0x7a) || (unit >= 0x30 && unit <= 0x39) || unit === 0x5f;
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

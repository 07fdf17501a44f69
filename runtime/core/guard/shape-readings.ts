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
  // biome-ignore lint/suspicious/noControlCharactersInRegex: all of ASCII.
  if (/^[\0-\x7f]*$/.test(text)) return text;
  return text.replace(INVISIBLE, '').replace(/[^\0-\x7f]/gu, plainOf);
}

/** Full-width signs belong to a form as much as letters do. */
function plainOf(character: string): string {
  const point = character.codePointAt(0) ?? 0;
  if (point >= 0xff01 && point <= 0xff5e) return String.fromCharCode(point - 0xfee0);
  return latinOf(point) || character;
}

/** At least five pieces of up to eight characters between separators of one kind, all but the last of one length. */
const EQUAL_PIECES = [1, 2, 3, 4, 5, 6, 8, 10].map(
  (length) =>
    new RegExp(
      String.raw`(?<![^\s"'])[^\s"'|,]{${length}}([-_. |,*~·]{1,2}|\r?\n)(?:[^\s"'|,]{${length}}\1){2,}[^\s"'|,]{1,${length}}`,
      'g',
    ),
);

function withoutSeparators(text: string): string {
  return EQUAL_PIECES.reduce(
    (rest, pattern) => rest.replace(pattern, (found, separator: string) => found.split(separator).join('')),
    text,
  );
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

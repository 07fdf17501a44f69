import type { TextPiece } from './value';

const START = '\u{F0000}';
const END = '\u{F0001}';

/** Pieces as one string, in which a mark stands for each piece that isn't text. */
export function markedText(pieces: readonly TextPiece[]): string {
  return pieces.map((piece, index) => (typeof piece === 'string' ? piece : `${START}${index}${END}`)).join('');
}

/** The pieces of a part of a marked text. */
export function unmarked(part: string, pieces: readonly TextPiece[]): readonly TextPiece[] {
  if (!part.includes(START)) return [part];
  return part.split(/\u{F0000}(\d+)\u{F0001}/u).map((text, i) => (i % 2 === 0 ? text : (pieces[Number(text)] ?? text)));
}

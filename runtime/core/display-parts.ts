import { UNSEEN } from './display';

/** A piece of a text that is shown to a person. */
export interface DisplayPart {
  /**
   * `plain`: as it is. `hidden`: an invisible or direction-changing character, written out. `foreign`: characters beyond ASCII, in a
   * text where they deserve a look.
   */
  readonly kind: 'plain' | 'hidden' | 'foreign';
  readonly text: string;
}

const HIDDEN = new RegExp(`${UNSEEN.map(({ source }) => `(?:${source})`).join('|')}|\\n`, 'gu');
const FOREIGN = /[^\u0020-\u007e]+/g;

/**
 * Splits a text, so that what is invisible can be shown apart from what is written.
 * @param flagForeign whether characters beyond ASCII are pieces of their own
 */
export function displayParts(text: string, flagForeign: boolean): DisplayPart[] {
  const parts: DisplayPart[] = [];
  const seen = (piece: string) => {
    if (piece === '') return;
    if (flagForeign) parts.push(...piecesBy(FOREIGN, piece, 'foreign'));
    else parts.push({ kind: 'plain', text: piece });
  };
  let at = 0;
  for (const match of text.matchAll(HIDDEN)) {
    seen(text.slice(at, match.index));
    parts.push({ kind: 'hidden', text: writtenOut(match[0]) });
    at = match.index + match[0].length;
  }
  seen(text.slice(at));
  return parts;
}

function piecesBy(pattern: RegExp, text: string, kind: DisplayPart['kind']): DisplayPart[] {
  const parts: DisplayPart[] = [];
  let at = 0;
  for (const match of text.matchAll(pattern)) {
    if (match.index > at) parts.push({ kind: 'plain', text: text.slice(at, match.index) });
    parts.push({ kind, text: match[0] });
    at = match.index + match[0].length;
  }
  if (at < text.length) parts.push({ kind: 'plain', text: text.slice(at) });
  return parts;
}

function writtenOut(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
}

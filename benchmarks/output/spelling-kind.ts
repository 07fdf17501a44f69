import type { Random } from './random';

/** A step of a spelling: from one text to another that a reader can turn back. */
export type Transformation = (text: string, random: Random) => string;

/** A kind of spelling: two or more transformations, one after the other. */
export interface SpellingKind {
  readonly name: string;
  readonly steps: readonly Transformation[];
}

export function kind(name: string, ...steps: Transformation[]): SpellingKind {
  return { name, steps };
}

/** What stands around a spelling in a result. */
export const CARRIERS: readonly Transformation[] = [
  (text) => text,
  (text) => `The request was refused. You sent: ${text} — please check it.`,
  (text) =>
    JSON.stringify({ status: 401, error: 'unauthorized', received: { authorization: text }, requestId: 'r-5521' }),
  (text) => `<html><body><h1>401</h1><p>Your credential was</p><pre>${text}</pre></body></html>`,
  (text) => `2026-09-01T12:00:00Z DEBUG http.client request headers:\n${text}\n2026-09-01T12:00:01Z INFO done in 31 ms`,
];

/** Pieces of at least one character, at most `most` characters long. */
export function pieces(text: string, most: number): string[] {
  const found: string[] = [];
  for (let i = 0; i < text.length; i += most) found.push(text.slice(i, i + most));
  return found;
}

/** Equal pieces, as many as asked for. */
export function parts(text: string, count: number): string[] {
  return pieces(text, Math.ceil(text.length / count));
}

import { markedText, unmarked } from './marked-text';
import { isNestedTooDeeply } from './nesting';
import { isObject, piecesOf, Reference, Text, type TextPiece, textOf, Unresolved, type Value } from './value';

/**
 * Parses JSON text with symbolic pieces, such as a policy document or state machine given as a string. A symbolic piece may
 * appear only inside a JSON string.
 *
 * @returns undefined when the text isn't JSON, is nested too deeply, or a symbolic piece is outside a string
 */
export function parseJsonText(value: Value): Value {
  const pieces = piecesOf(value);
  if (pieces === undefined) return undefined;
  const source = markedText(pieces);
  let parsed: Value;
  try {
    parsed = JSON.parse(source) as Value;
  } catch {
    return undefined;
  }
  return isNestedTooDeeply(parsed) ? undefined : withPieces(parsed, pieces);
}

/** Puts the pieces back in place of their marks. */
function withPieces(value: Value, pieces: readonly TextPiece[]): Value {
  if (typeof value === 'string') return textOf(unmarked(value, pieces));
  if (Array.isArray(value)) return value.map((item) => withPieces(item, pieces));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [String(withPieces(key, pieces)), withPieces(item, pieces)]),
  );
}

/** Writes a value as JSON text, which stays symbolic where the value is. Undefined when nothing is known of it. */
export function toJsonText(value: Value): Value {
  if (value instanceof Unresolved || value === undefined) return undefined;
  const text = textOf(jsonPieces(value));
  return parseJsonText(text) === undefined ? undefined : text;
}

function jsonPieces(value: Value): TextPiece[] {
  if (value instanceof Reference || value instanceof Unresolved) return ['"', value, '"'];
  if (value instanceof Text) return ['"', ...value.pieces.map(escaped), '"'];
  if (Array.isArray(value)) return ['[', ...value.flatMap((item, i) => [comma(i), ...jsonPieces(item)]), ']'];
  if (!isObject(value)) return [JSON.stringify(value ?? null)];
  const members = Object.entries(value).flatMap(([key, item], i) => [
    `${comma(i)}${JSON.stringify(key)}:`,
    ...jsonPieces(item),
  ]);
  return ['{', ...members, '}'];
}

function comma(index: number): string {
  return index > 0 ? ',' : '';
}

function escaped(piece: TextPiece): TextPiece {
  return typeof piece === 'string' ? JSON.stringify(piece).slice(1, -1) : piece;
}

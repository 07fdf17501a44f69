import type { JsonValue } from '../../../runtime/core/contracts';
import { DynamicReference, piecesOf, Text, type TextPiece, textOf, type Value } from './value';

const START = '{{resolve:';
const END = '}}';

/**
 * The value with its dynamic references as unknown pieces. A reference can begin and end in different pieces: CDK writes
 * `{{resolve:secretsmanager:`, the secret's ARN, and `:SecretString}}`. Without an end, the rest of the text is unknown.
 */
export function withDynamicReferences(value: Value, where: string): Value {
  if (typeof value === 'string' ? !value.includes(START) : !mentionsReference(value)) return value;
  const result: TextPiece[] = [];
  let open: TextPiece[] | undefined;
  for (const piece of piecesOf(value) ?? []) {
    if (typeof piece !== 'string') {
      (open ?? result).push(piece);
      continue;
    }
    let rest = piece;
    while (rest !== '') {
      const at = open === undefined ? rest.indexOf(START) : rest.indexOf(END);
      const end = at < 0 ? rest.length : open === undefined ? at : at + END.length;
      (open ?? result).push(rest.slice(0, end));
      rest = rest.slice(end);
      if (at < 0) continue;
      if (open === undefined) open = [];
      else {
        result.push(new DynamicReference(open, where));
        open = undefined;
      }
    }
  }
  if (open !== undefined) result.push(new DynamicReference(open, where));
  return textOf(result);
}

/** A raw value that is not a list or an object. */
export function scalarValue(raw: Exclude<JsonValue, object> | undefined, where: string): Value {
  return typeof raw === 'string' ? withDynamicReferences(raw, where) : raw;
}

function mentionsReference(value: Value): boolean {
  return value instanceof Text && value.pieces.some((piece) => typeof piece === 'string' && piece.includes(START));
}

import type { JsonValue } from '../../../runtime/core/contracts';
import { markedText, unmarked } from './marked-text';
import { DynamicReference, piecesOf, Text, textOf, type Value } from './value';

const START = '{{resolve:';

/** Whether a dynamic reference begins in a text. */
export function hasDynamicReference(text: string): boolean {
  return text.includes(START);
}

/**
 * The value with its dynamic references as unknown pieces. A reference can begin and end in different pieces: CDK writes
 * `{{resolve:secretsmanager:`, the secret's ARN, and `:SecretString}}`. Without an end it stays text, because an Fn::Join around it
 * may add the end.
 */
export function withDynamicReferences(value: Value, where: string): Value {
  if (typeof value === 'string' ? !hasDynamicReference(value) : !hasStart(value)) return value;
  const pieces = piecesOf(value) ?? [];
  const parts = markedText(pieces).split(/(\{\{resolve:.*?\}\})/s);
  return textOf(
    parts.flatMap((part, i) => {
      const inside = unmarked(part, pieces);
      return i % 2 === 0 ? inside : [new DynamicReference(inside, where)];
    }),
  );
}

/** A raw value that is not a list or an object. */
export function scalarValue(raw: Exclude<JsonValue, object> | undefined, where: string): Value {
  return typeof raw === 'string' ? withDynamicReferences(raw, where) : raw;
}

function hasStart(value: Value): boolean {
  return value instanceof Text && value.pieces.some((piece) => typeof piece === 'string' && piece.includes(START));
}

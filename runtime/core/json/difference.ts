import type { JsonValue } from '../contracts';
import { pointerToken } from './pointer';

/** A value that two documents don't have in common. */
export interface Difference {
  /** JSON pointer. */
  readonly pointer: string;
  /** Absent: only the second document has it. */
  readonly before?: JsonValue;
  /** Absent: only the first document has it. */
  readonly now?: JsonValue;
}

/** Where two documents differ, as deep as both have the same kind of value. Empty: they are equal. */
export function differences(before: JsonValue, now: JsonValue, pointer = ''): Difference[] {
  const [first, second] = [childrenOf(before), childrenOf(now)];
  if (first === undefined || second === undefined || Array.isArray(before) !== Array.isArray(now)) {
    return JSON.stringify(before) === JSON.stringify(now) ? [] : [{ pointer, before, now }];
  }
  const names = [...new Set([...first.keys(), ...second.keys()])];
  return names.flatMap((name): Difference[] => {
    const below = `${pointer}/${pointerToken(name)}`;
    const [left, right] = [first.get(name), second.get(name)];
    if (left === undefined) return right === undefined ? [] : [{ pointer: below, now: right }];
    return right === undefined ? [{ pointer: below, before: left }] : differences(left, right, below);
  });
}

/** Undefined: the value has nothing below it. */
function childrenOf(value: JsonValue): Map<string, JsonValue> | undefined {
  return typeof value === 'object' && value !== null ? new Map(Object.entries(value)) : undefined;
}

import { valuesOf } from './base-n';

const UPPER = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';

/** The alphabets with 85 signs: Adobe's and btoa's, RFC 1924 (Python, Git), ZeroMQ's. */
export const BASE85: readonly Uint8Array[] = [
  valuesOf(Array.from({ length: 85 }, (_, i) => String.fromCharCode(33 + i)).join('')),
  valuesOf(`0123456789${UPPER}${UPPER.toLowerCase()}!#$%&()*+-;<=>?@^_\`{|}~`),
  valuesOf(`0123456789${UPPER.toLowerCase()}${UPPER}.-:+=^!/*?&<>()[]{}@%$#`),
];

/** A group has five signs and four bytes. */
const GROUP = 5;
export const NO_GROUP = -1;

/** The group at `from` as a number, or -1: it isn't whole, or not of the alphabet. */
export function groupAt(units: Uint8Array, values: Uint8Array, from: number, to: number): number {
  if (to - from < GROUP) return NO_GROUP;
  let value = 0;
  for (let i = from; i < from + GROUP; i += 1) {
    const digit = values[units[i] ?? 0] ?? 255;
    if (digit === 255) return NO_GROUP;
    value = value * 85 + digit;
  }
  return value > 0xffffffff ? NO_GROUP : value;
}

/** Decodes into `bytes` up to the first sign that isn't of the alphabet, and returns how many bytes it gave. */
export function base85Bytes(
  units: Uint8Array,
  values: Uint8Array,
  from: number,
  to: number,
  bytes: Uint8Array,
): number {
  let length = 0;
  let at = from;
  for (; length < bytes.length; at += GROUP) {
    const value = groupAt(units, values, at, to);
    if (value === NO_GROUP) break;
    length = writeGroup(value, GROUP - 1, bytes, length);
  }
  return length === bytes.length ? length : lastGroup(units, values, at, to, bytes, length);
}

/** A group of which the last signs are missing. */
function lastGroup(
  units: Uint8Array,
  values: Uint8Array,
  from: number,
  to: number,
  bytes: Uint8Array,
  length: number,
): number {
  let value = 0;
  let size = 0;
  for (; size < GROUP; size += 1) {
    const digit = from + size < to ? (values[units[from + size] ?? 0] ?? 255) : 255;
    if (digit === 255) break;
    value = value * 85 + digit;
  }
  if (size < 2 || size === GROUP) return length;
  for (let missing = size; missing < GROUP; missing += 1) value = value * 85 + 84;
  return value > 0xffffffff ? length : writeGroup(value, size - 1, bytes, length);
}

function writeGroup(value: number, count: number, bytes: Uint8Array, at: number): number {
  const end = Math.min(bytes.length, at + count);
  for (let i = at; i < end; i += 1) bytes[i] = value >>> (24 - 8 * (i - at));
  return end;
}

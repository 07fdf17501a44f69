import type { JsonValue } from '../../runtime/core/contracts';
import { parseStrict } from '../../runtime/core/json/parse-strict';

/** Configurations and listings of public servers have far less. */
const MAX_BYTES = 16 * 1024 * 1024;
const MAX_DEPTH = 64;

/** A string, a comment, or a comma before a closing bracket. */
const TOKEN = /"(?:[^"\\]|\\.)*"|\/\/[^\n]*|\/\*[\s\S]*?\*\/|,(?=(?:\s|\/\/[^\n]*\n|\/\*[\s\S]*?\*\/)*[}\]])/g;

/**
 * Reads JSON as editors write it: with comments and with commas after the last element. A name that occurs twice is refused, because
 * readers differ in which one counts.
 *
 * @throws Error saying the place and the reason, and never a value
 */
export function parseJsonc(text: string): JsonValue {
  const plain = text.replace(/^\uFEFF/, '').replace(TOKEN, (token) => (token.startsWith('"') ? token : ' '));
  const result = parseStrict(plain, { maxBytes: MAX_BYTES, maxDepth: MAX_DEPTH, quotesOthers: true });
  if (result.ok) return result.value;
  throw new Error(result.reason);
}

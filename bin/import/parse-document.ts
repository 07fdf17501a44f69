import { parseDocument as parseYamlDocument } from 'yaml';
import type { JsonValue } from '../../runtime/core/contracts';
import { parseStrict } from '../../runtime/core/json/parse-strict';
import { parseJsonc } from './parse-jsonc';

/** As large as the largest public API descriptions. */
const MAX_BYTES = 32 * 1024 * 1024;
const MAX_DEPTH = 128;

/**
 * Reads a configuration or a document: JSON, JSON with comments, or YAML by the file's ending.
 * @throws Error saying the place and the reason
 */
export function parseDocument(text: string, file: string): JsonValue {
  if (!/\.ya?ml$/i.test(file)) return parseJsonc(text);
  if (Buffer.byteLength(text) > MAX_BYTES) throw new Error(`it has more than ${MAX_BYTES} bytes`);
  const document = parseYamlDocument(text, { uniqueKeys: true, logLevel: 'error', maxAliasCount: 100 } as object);
  const [error] = document.errors;
  if (error !== undefined) throw new Error(error.message.split('\n')[0]);
  // What JSON can't say, such as a date or a number that isn't one, is refused where it stands.
  const result = parseStrict(JSON.stringify(document.toJS({ maxAliasCount: 100 })), {
    maxBytes: 2 * MAX_BYTES,
    maxDepth: MAX_DEPTH,
  });
  if (result.ok) return result.value;
  throw new Error(result.reason);
}

import * as fs from 'node:fs';
import { Token } from 'aws-cdk-lib';
import type { JsonObject } from '../../runtime/core/contracts';
import { parseStrict } from '../../runtime/core/json/parse-strict';
import { shape } from '../private/props/shape';

/** The text of a schema as a factory takes it. @internal */
export const SCHEMA_TEXT = shape<string>(
  "JSON as a string, such as JSON.stringify({ type: 'object', … })",
  (value) => typeof value === 'string' && !Token.isUnresolved(value),
);

/** @throws Error unless the text is one strict JSON object. @internal */
export function parseSchema(json: string, source: string): JsonObject {
  const parsed = parseStrict(json);
  if (!parsed.ok) throw new Error(`${source} is not strict JSON: ${parsed.reason}`);
  if (typeof parsed.value !== 'object' || parsed.value === null || Array.isArray(parsed.value)) {
    throw new Error(`${source} must be a JSON object, such as {"type": "object", …}`);
  }
  return parsed.value;
}

/** @throws Error unless the file can be read. @internal */
export function readSchemaFile(path: string): string {
  try {
    return fs.readFileSync(path, 'utf8');
  } catch {
    throw new Error(`${path} can't be read; write a path relative to where the app runs`);
  }
}

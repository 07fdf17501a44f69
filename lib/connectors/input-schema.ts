import * as fs from 'node:fs';
import { Token } from 'aws-cdk-lib';
import type { JsonObject } from '../../runtime/core/contracts';
import { parseStrict } from '../../runtime/core/json/parse-strict';
import { fromFactory } from '../private/props/from-factory';
import { shape, text } from '../private/props/shape';

const JSON_TEXT = shape<string>(
  "JSON as a string, such as JSON.stringify({ type: 'object', … })",
  (value) => typeof value === 'string' && !Token.isUnresolved(value),
);

/**
 * The JSON Schema of a tool's input. It is passed as a file or a string, so that every jsii language gives the same bytes
 * and the same hash.
 *
 * `addTool` refuses a schema whose file can't be read, or whose text isn't one strict JSON object.
 */
export class InputSchema {
  /** Reads a schema from a file, relative to the working directory of the app. */
  public static fromFile(path: string): InputSchema {
    const given = { path: [text('schemas/refund.json'), path] } as const;
    return fromFactory(InputSchema, 'InputSchema.fromFile', given, () => new InputSchema(readFile(path), path));
  }

  /** Takes a schema as JSON text. */
  public static fromString(text: string): InputSchema {
    const given = { text: [JSON_TEXT, text] } as const;
    return fromFactory(InputSchema, 'InputSchema.fromString', given, () => new InputSchema(text, 'the schema'));
  }

  /** @internal */
  public readonly _document: JsonObject;

  private constructor(json: string, source: string) {
    const parsed = parseStrict(json);
    if (!parsed.ok) throw new Error(`${source} is not strict JSON: ${parsed.reason}`);
    if (typeof parsed.value !== 'object' || parsed.value === null || Array.isArray(parsed.value)) {
      throw new Error(`${source} must be a JSON object, such as {"type": "object", …}`);
    }
    this._document = parsed.value;
  }
}

function readFile(path: string): string {
  try {
    return fs.readFileSync(path, 'utf8');
  } catch {
    throw new Error(`${path} can't be read; write a path relative to where the app runs`);
  }
}

import * as fs from 'node:fs';
import type { JsonObject } from '../../runtime/core/contracts';
import { parseStrict } from '../../runtime/core/json/parse-strict';

/**
 * The JSON Schema of a tool's input. It is passed as a file or a string, so that every jsii language gives the same bytes
 * and the same hash.
 */
export class InputSchema {
  /**
   * Reads a schema from a file, relative to the working directory of the app.
   * @throws Error when the file can't be read or isn't a strict JSON object
   */
  public static fromFile(path: string): InputSchema {
    let text: string;
    try {
      text = fs.readFileSync(path, 'utf8');
    } catch {
      throw new Error(`InputSchema.fromFile: ${path} can't be read; write a path relative to where the app runs`);
    }
    return new InputSchema(text, path);
  }

  /**
   * Takes a schema as JSON text.
   * @throws Error when it isn't a strict JSON object
   */
  public static fromString(text: string): InputSchema {
    return new InputSchema(text, 'the schema');
  }

  /** @internal */
  public readonly _document: JsonObject;

  private constructor(text: string, source: string) {
    const parsed = parseStrict(text);
    if (!parsed.ok) throw new Error(`InputSchema: ${source} is not strict JSON: ${parsed.reason}`);
    if (typeof parsed.value !== 'object' || parsed.value === null || Array.isArray(parsed.value)) {
      throw new Error(`InputSchema: ${source} must be a JSON object, such as {"type": "object", …}`);
    }
    this._document = parsed.value;
  }
}

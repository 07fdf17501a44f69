import type { JsonObject } from '../../runtime/core/contracts';
import { fromFactory } from '../private/props/from-factory';
import { text } from '../private/props/shape';
import { parseSchema, readSchemaFile, SCHEMA_TEXT } from './schema-document';

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
    return fromFactory(InputSchema, 'InputSchema.fromFile', given, () => new InputSchema(readSchemaFile(path), path));
  }

  /** Takes a schema as JSON text. */
  public static fromString(text: string): InputSchema {
    const given = { text: [SCHEMA_TEXT, text] } as const;
    return fromFactory(InputSchema, 'InputSchema.fromString', given, () => new InputSchema(text, 'the schema'));
  }

  /** @internal */
  public readonly _document: JsonObject;

  private constructor(json: string, source: string) {
    this._document = parseSchema(json, source);
  }
}

import type { JsonObject } from '../../runtime/core/contracts';
import { fromFactory } from '../private/props/from-factory';
import { text } from '../private/props/shape';
import { parseSchema, readSchemaFile, SCHEMA_TEXT } from './schema-document';

/**
 * The JSON Schema of what the agent may see of a tool's result. Undeclared fields, and values that don't fit, are left out.
 * The rules are those of input schemas; the top level may also be an array.
 *
 * `addTool` refuses a schema whose file can't be read, or whose text isn't one strict JSON object.
 */
export class OutputSchema {
  /** Reads a schema from a file, relative to the working directory of the app. */
  public static fromFile(path: string): OutputSchema {
    const given = { path: [text('schemas/ticket.json'), path] } as const;
    return fromFactory(
      OutputSchema,
      'OutputSchema.fromFile',
      given,
      () => new OutputSchema(readSchemaFile(path), path),
    );
  }

  /** Takes a schema as JSON text. */
  public static fromString(text: string): OutputSchema {
    const given = { text: [SCHEMA_TEXT, text] } as const;
    return fromFactory(OutputSchema, 'OutputSchema.fromString', given, () => new OutputSchema(text, 'the schema'));
  }

  /** @internal */
  public readonly _document: JsonObject;

  private constructor(json: string, source: string) {
    this._document = parseSchema(json, source);
  }
}

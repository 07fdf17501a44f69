import type { JsonObject } from '../contracts';
import { compileSchema, type Validation } from './compile-schema';

/** Input schemas of tools, each compiled at its tool's first call: all of them at the start would be most of a cold start. */
export class ToolSchemas {
  private readonly compiled = new Map<string, ReturnType<typeof compileSchema>>();

  /** @throws Error when the schema itself is wrong, which synth refuses */
  validate({ name, schema }: { readonly name: string; readonly schema: JsonObject }, args: JsonObject): Validation {
    const accepts = this.compiled.get(name) ?? compileSchema(schema);
    this.compiled.set(name, accepts);
    return accepts(args);
  }
}

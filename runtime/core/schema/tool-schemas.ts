import type { JsonObject } from '../contracts';
import { compileSchema, type Validation } from './compile-schema';

/** The input schemas of tools. Each is compiled at the tool's first call: compiling all of them would dominate the cold start. */
export class ToolSchemas {
  private readonly compiled = new Map<string, ReturnType<typeof compileSchema>>();

  /** @throws Error if the schema itself is wrong. Synth refuses such a schema */
  validate({ name, schema }: { readonly name: string; readonly schema: JsonObject }, args: JsonObject): Validation {
    const accepts = this.compiled.get(name) ?? compileSchema(schema);
    this.compiled.set(name, accepts);
    return accepts(args);
  }
}

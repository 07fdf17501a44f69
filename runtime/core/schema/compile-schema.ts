import Ajv, { type Options, type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';
import type { JsonObject, JsonValue } from '../contracts';
import { describeMisfit } from './describe-misfit';
import { formats } from './formats';
import { isMultiple } from './is-multiple';

export type Validation = { readonly ok: true } | { readonly ok: false; readonly reason: string };

const STRICT: Options = {
  strict: true,
  strictTypes: false,
  strictRequired: false,
  allErrors: false,
  allowUnionTypes: true,
  // Without it, a required `constructor` would always be present, because every object inherits one.
  ownProperties: true,
  // A reason says which type was given, so an error needs the value.
  verbose: true,
};

/**
 * One instance for all schemas: making one takes longer than compiling most schemas. It doesn't validate schemas against the
 * meta-schema: synth did that, and it would add a tenth of a second to a gate's start.
 */
const ajv = withFormats(new Ajv({ ...STRICT, meta: false, validateSchema: false }));

function withFormats(made: Ajv): Ajv {
  addFormats(made);
  // Ajv divides floating-point numbers, which refuses 19.99 for a multiple of 0.01.
  made.removeKeyword('multipleOf');
  made.addKeyword({
    keyword: 'multipleOf',
    type: 'number',
    schemaType: 'number',
    compile: (divisor: number) => (value: number) => isMultiple(value, divisor),
    errors: false,
  });
  for (const [name, accepts] of Object.entries(formats)) made.addFormat(name, accepts);
  return made;
}

let judge: Ajv | undefined;

/**
 * The problems that the meta-schema of JSON Schema finds in a new schema. Empty: there are none.
 * @throws Error if the schema names an unknown meta-schema
 */
export function metaSchemaProblems(schema: JsonObject): string[] {
  judge ??= new Ajv({ ...STRICT, allErrors: true });
  if (judge.validateSchema(schema) === true) return [];
  const errors = judge.errors ?? [];
  return errors.map(({ instancePath, message }) => `${instancePath || '/'} ${message ?? 'is not a JSON Schema'}`);
}

/**
 * Compiles a JSON Schema. A reason says how to mend the value, but never repeats it: a value may be a secret or an instruction.
 * @throws Error if the schema itself is wrong
 */
export function compileSchema(schema: JsonObject): (value: JsonValue) => Validation {
  // Its validator would return a promise, which is always truthy.
  if (schema.$async !== undefined)
    throw new Error('"$async" makes a schema whose result comes too late to be checked; remove it');
  const validate = compiled(schema);
  return (value) =>
    validate(value) === true ? { ok: true } : { ok: false, reason: describeMisfit(validate.errors?.[0], schema) };
}

function compiled(schema: JsonObject): ValidateFunction {
  try {
    return ajv.compile(schema);
  } finally {
    // Removed at once, so that no other schema can refer to it or have a conflicting `$id`.
    ajv.removeSchema(schema);
  }
}

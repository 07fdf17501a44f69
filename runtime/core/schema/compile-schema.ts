import Ajv, { type ErrorObject, type Options, type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';
import type { JsonObject, JsonValue } from '../contracts';
import { formats } from './formats';

export type Validation = { readonly ok: true } | { readonly ok: false; readonly reason: string };

const STRICT: Options = {
  strict: true,
  strictTypes: false,
  strictRequired: false,
  allErrors: false,
  allowUnionTypes: true,
  // Without it, a required `constructor` would always be present, because every object inherits one.
  ownProperties: true,
};

/**
 * One instance for all schemas: making one takes longer than compiling most schemas. It doesn't validate schemas against the
 * meta-schema: synth did that, and it would add a tenth of a second to a gate's start.
 */
const ajv = withFormats(new Ajv({ ...STRICT, meta: false, validateSchema: false }));

function withFormats(made: Ajv): Ajv {
  addFormats(made);
  for (const [name, accepts] of Object.entries(formats)) made.addFormat(name, accepts);
  return made;
}

let judge: Ajv | undefined;

/**
 * The first problem that the meta-schema of JSON Schema finds in a new schema. Undefined: there is none.
 * @throws Error if the schema names an unknown meta-schema
 */
export function metaSchemaProblem(schema: JsonObject): string | undefined {
  judge ??= new Ajv(STRICT);
  if (judge.validateSchema(schema) === true) return undefined;
  const [error] = judge.errors ?? [];
  return `${error?.instancePath || '/'} ${error?.message ?? 'is not a JSON Schema'}`;
}

/**
 * Compiles a JSON Schema. A reason names places and keywords, but never values: a value may be a secret or an instruction.
 * @throws Error if the schema itself is wrong
 */
export function compileSchema(schema: JsonObject): (value: JsonValue) => Validation {
  // Its validator would return a promise, which is always truthy.
  if (schema.$async !== undefined)
    throw new Error('"$async" makes a schema whose result comes too late to be checked; remove it');
  const validate = compiled(schema);
  return (value) => (validate(value) === true ? { ok: true } : { ok: false, reason: describe(validate.errors?.[0]) });
}

function compiled(schema: JsonObject): ValidateFunction {
  try {
    return ajv.compile(schema);
  } finally {
    // Removed at once, so that no other schema can refer to it or have a conflicting `$id`.
    ajv.removeSchema(schema);
  }
}

function describe(error: ErrorObject | undefined): string {
  if (!error) return 'it is not valid';
  const place = error.instancePath || '/';
  const params = error.params as { additionalProperty?: string; missingProperty?: string };
  if (params.missingProperty !== undefined) return `${place} lacks "${params.missingProperty}"`;
  // An undeclared key is text from the caller, so it isn't repeated.
  if (params.additionalProperty !== undefined) return `${place} has a key that the schema doesn't declare`;
  return `${place} breaks "${error.keyword}"`;
}

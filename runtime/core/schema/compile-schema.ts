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
  // A required `constructor` isn't there because every object inherits one.
  ownProperties: true,
};

/**
 * One for all schemas: making it, with its formats, takes longer than most schemas take to compile. It doesn't hold them
 * to the meta-schema, which was done at synth and would cost a gate a tenth of a second at its start.
 */
const ajv = withFormats(new Ajv({ ...STRICT, meta: false, validateSchema: false }));

function withFormats(made: Ajv): Ajv {
  addFormats(made);
  for (const [name, accepts] of Object.entries(formats)) made.addFormat(name, accepts);
  return made;
}

let judge: Ajv | undefined;

/**
 * What the meta-schema of JSON Schema finds wrong; undefined where nothing is. For schemas that somebody just wrote.
 * @throws Error when the schema names a meta-schema that isn't known here
 */
export function metaSchemaProblem(schema: JsonObject): string | undefined {
  judge ??= new Ajv(STRICT);
  if (judge.validateSchema(schema) === true) return undefined;
  const [error] = judge.errors ?? [];
  return `${error?.instancePath || '/'} ${error?.message ?? 'is no JSON Schema'}`;
}

/**
 * Compiles a JSON Schema once. A refusal names places and keywords, never values: those may be secrets or orders.
 * @throws Error when the schema itself is wrong
 */
export function compileSchema(schema: JsonObject): (value: JsonValue) => Validation {
  // Its validator would answer by a promise, which is true whatever comes of it.
  if (schema.$async !== undefined) throw new Error('"$async" makes a schema that is never checked in time; remove it');
  const validate = compiled(schema);
  return (value) => (validate(value) === true ? { ok: true } : { ok: false, reason: describe(validate.errors?.[0]) });
}

function compiled(schema: JsonObject): ValidateFunction {
  try {
    return ajv.compile(schema);
  } finally {
    // Forgotten at once: no other schema may refer to it, or clash with it by its `$id`.
    ajv.removeSchema(schema);
  }
}

function describe(error: ErrorObject | undefined): string {
  if (!error) return 'it is not valid';
  const place = error.instancePath || '/';
  const params = error.params as { additionalProperty?: string; missingProperty?: string };
  if (params.missingProperty !== undefined) return `${place} lacks "${params.missingProperty}"`;
  // An undeclared key is the caller's own text, so it isn't repeated.
  if (params.additionalProperty !== undefined) return `${place} has a key that the schema doesn't declare`;
  return `${place} breaks "${error.keyword}"`;
}

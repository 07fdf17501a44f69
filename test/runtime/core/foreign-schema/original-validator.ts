import Ajv from 'ajv';
import Ajv2019 from 'ajv/dist/2019';
import Ajv2020 from 'ajv/dist/2020';
import addFormats from 'ajv-formats';
import type { JsonValue } from '../../../../runtime/core/contracts';
import { isMultiple } from '../../../../runtime/core/schema/is-multiple';

const OPTIONS = { strict: false, ownProperties: true, validateSchema: false, logger: false } as const;

/** Ajv as a server would use it, with formats, and `multipleOf` in decimal. */
function made(Kind: typeof Ajv): Ajv {
  const ajv = new Kind(OPTIONS);
  addFormats(ajv);
  ajv.removeKeyword('multipleOf');
  ajv.addKeyword({
    keyword: 'multipleOf',
    type: 'number',
    schemaType: 'number',
    compile: (divisor: number) => (value: number) => isMultiple(value, divisor),
    errors: false,
  });
  return ajv;
}

const VALIDATORS = {
  'draft-07': made(Ajv),
  '2019-09': made(Ajv2019 as unknown as typeof Ajv),
  '2020-12': made(Ajv2020 as unknown as typeof Ajv),
};

export type Dialect = keyof typeof VALIDATORS;

/**
 * Whether the original schema accepts a value, by its own dialect. Undefined: Ajv can't compile it. The function gives undefined where a
 * schema refers to itself without an end.
 */
export function originalAccepts(
  schema: JsonValue,
  dialect: Dialect,
): ((value: JsonValue) => boolean | undefined) | undefined {
  const ajv = VALIDATORS[dialect];
  try {
    const validate = ajv.compile(schema as object | boolean);
    return (value) => {
      try {
        return validate(value) === true;
      } catch (error) {
        if (error instanceof RangeError) return undefined;
        throw error;
      }
    };
  } catch {
    return undefined;
  } finally {
    ajv.removeSchema();
  }
}

import { type Schema, validate } from '@cedar-policy/cedar-wasm/nodejs';
import type { JsonObject } from '../contracts';

/** What is wrong with a set of policies: a typo must fail at synth, never open the gate. Empty: nothing. */
export function validatePolicies(text: string, schema: JsonObject): string[] {
  const answer = validate({
    schema: schema as unknown as Schema,
    policies: { staticPolicies: text },
    validationSettings: { mode: 'strict' },
  });
  if (answer.type === 'failure') return answer.errors.map((error) => error.message);
  return [...answer.validationErrors, ...answer.validationWarnings].map((found) => found.error.message);
}

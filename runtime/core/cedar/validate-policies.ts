import { type Schema, validate } from '@cedar-policy/cedar-wasm/nodejs';
import type { JsonObject } from '../contracts';
import { policiesById } from './policies-by-id';

/**
 * The problems of a set of policies, each with the policy's `@id`. Empty: there are none. A typo must fail at synth; it must
 * never open the gate.
 */
export function validatePolicies(text: string, schema: JsonObject): string[] {
  let staticPolicies: Record<string, string>;
  try {
    staticPolicies = policiesById(text);
  } catch (error) {
    return [(error as Error).message];
  }
  const answer = validate({
    schema: schema as unknown as Schema,
    policies: { staticPolicies },
    validationSettings: { mode: 'strict' },
  });
  if (answer.type === 'failure') return answer.errors.map((error) => error.message);
  return [...answer.validationErrors, ...answer.validationWarnings].map(
    ({ error }) => `${error.message}${error.help ? ` (${error.help})` : ''}`,
  );
}

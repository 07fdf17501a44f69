import { type Schema, validate } from '#cedar';
import type { JsonObject } from '../contracts';
import { neverHolds } from './never-holds';
import { policiesById } from './policies-by-id';
import { tooDeep } from './too-deep';

/**
 * The problems of a set of policies, each with the policy's `@id`. Empty: there are none. A typo must fail at synth; it must
 * never open the gate.
 */
export function validatePolicies(text: string, schema: JsonObject): string[] {
  const deep = tooDeep(text);
  if (deep !== undefined) return [deep];
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
  const problems = [...answer.validationErrors, ...answer.validationWarnings].map(
    ({ error }) => `${error.message}${error.help ? ` (${error.help})` : ''}`,
  );
  return problems.length > 0 ? problems : Object.entries(staticPolicies).flatMap(contradiction);
}

function contradiction([id, policy]: [string, string]): string[] {
  const reason = neverHolds(policy);
  if (reason === undefined) return [];
  return [
    `for policy \`${id}\`, the condition can never be true: ${reason}; correct the condition, or remove the policy`,
  ];
}

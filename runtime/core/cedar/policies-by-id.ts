import { type PolicyJson, policySetTextToParts, policyToJson } from '@cedar-policy/cedar-wasm/nodejs';

/** One policy of a text, as written and as Cedar reads it. */
export interface ParsedPolicy {
  /** Of its `@id` annotation, where it has one. */
  readonly id?: string;
  readonly text: string;
  readonly json: PolicyJson;
}

/** The policies of a text, in order. @throws Error when Cedar can't parse it, or one of them is a template */
export function parsePolicies(text: string): ParsedPolicy[] {
  const parts = policySetTextToParts(text);
  if (parts.type === 'failure') throw new Error(`a Cedar policy is wrong: ${parseProblem(text, parts.errors[0])}`);
  if (parts.policy_templates.length > 0) {
    throw new Error('a Cedar policy is a template (?principal or ?resource), which nothing here fills; write it out');
  }
  return parts.policies.map((policy) => {
    const parsed = policyToJson(policy);
    if (parsed.type === 'failure') throw new Error(`a Cedar policy is wrong: ${parsed.errors[0]?.message}`);
    const id = parsed.json.annotations?.id;
    return { ...(id ? { id } : {}), text: policy, json: parsed.json };
  });
}

/** Policies under the names that their `@id` annotations give. @throws Error when Cedar can't parse them, or two share a name */
export function policiesById(text: string): Record<string, string> {
  const named = parsePolicies(text).map(({ id, text: policy }, index) => [id ?? `policy-${index}`, policy] as const);
  if (new Set(named.map(([id]) => id)).size !== named.length) throw new Error('two Cedar policies share an @id.');
  return Object.fromEntries(named);
}

interface CedarProblem {
  readonly message: string;
  readonly sourceLocations?: readonly { readonly start: number }[];
}

function parseProblem(text: string, problem: CedarProblem | undefined): string {
  const start = problem?.sourceLocations?.[0]?.start;
  // Cedar counts bytes.
  const line =
    start === undefined ? '' : `line ${Buffer.from(text).subarray(0, start).toString().split('\n').length}: `;
  return `${line}${problem?.message ?? 'it can’t be parsed'}`;
}

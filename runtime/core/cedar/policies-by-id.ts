import { type PolicyJson, policySetTextToParts, policyToJson } from '#cedar';
import { maybeSeveral, splitPolicies } from './split-policies';

/** The calls that a policy can decide on, and its effect. */
export type PolicyScope = Pick<PolicyJson, 'effect' | 'action' | 'resource'>;

/** One policy of a text: its text, and its scope as Cedar reads it. */
export interface ParsedPolicy {
  /** The value of its `@id` annotation, if it has one. */
  readonly id?: string;
  readonly text: string;
  readonly scope: PolicyScope;
}

/**
 * The beginning of a policy for one action and one connector, as grants write it. It has no comments, escapes or further
 * annotations, so it can be read in one way only.
 */
const PLAIN_HEAD =
  /^@id\("([^"\\]+)"\)\s*(permit|forbid)\s*\(\s*principal\s*,\s*action\s*==\s*Action::"([^"\\]*)"\s*,\s*resource\s*==\s*Connector::"([^"\\]*)"\s*\)/;

/** The policies of a text, in order. @throws Error if Cedar can't parse it, or it has a template */
export function parsePolicies(text: string): ParsedPolicy[] {
  const parts = policySetTextToParts(text);
  if (parts.type === 'failure') throw new Error(`a Cedar policy is wrong: ${parseProblem(text, parts.errors[0])}`);
  if (parts.policy_templates.length > 0) {
    throw new Error(
      'a Cedar policy is a template (?principal or ?resource), which is not supported; write the principal and the resource',
    );
  }
  // Cedar returns them in another order.
  const inOrder = splitPolicies(text);
  const policies = inOrder?.length === parts.policies.length ? inOrder : parts.policies;
  return policies.map((policy) => plainPolicy(policy) ?? readByCedar(policy));
}

/** The result of `policyToJson`, but faster: a gate reads all its policies before its first call. */
function plainPolicy(text: string): ParsedPolicy | undefined {
  const head = PLAIN_HEAD.exec(text);
  if (!head) return undefined;
  const [, id, effect, action, connector] = head;
  if (id === undefined || action === undefined || connector === undefined) return undefined;
  return {
    id,
    text,
    scope: {
      effect: effect as PolicyScope['effect'],
      action: { op: '==', entity: { type: 'Action', id: action } },
      resource: { op: '==', entity: { type: 'Connector', id: connector } },
    },
  };
}

function readByCedar(policy: string): ParsedPolicy {
  const parsed = policyToJson(policy);
  if (parsed.type === 'failure') throw new Error(`a Cedar policy is wrong: ${parsed.errors[0]?.message}`);
  const { annotations, effect, action, resource } = parsed.json;
  const id = annotations?.id;
  return { ...(id ? { id } : {}), text: policy, scope: { effect, action, resource } };
}

/** A policy and its name in decisions. */
export type NamedPolicy = ParsedPolicy & { readonly id: string };

/** The policies of a text with their `@id` as name. @throws Error if Cedar can't parse them, or two have the same name */
export function namedPolicies(text: string): NamedPolicy[] {
  return withNames(parsePolicies(text));
}

/**
 * The same for policies that synth has validated. Only the head of a plain policy is read here: Cedar parses a tool's
 * policies at the tool's first call. Parsing all of them first would take a third of the gate's start.
 * @throws Error if two have the same name, or Cedar can't parse a policy that isn't plain
 */
export function storedPolicies(text: string): NamedPolicy[] {
  const parts = splitPolicies(text);
  return parts ? withNames(parts.map(storedPolicy)) : namedPolicies(text);
}

function storedPolicy(policy: string): ParsedPolicy {
  return (maybeSeveral(policy) ? undefined : plainPolicy(policy)) ?? readByCedar(policy);
}

function withNames(policies: readonly ParsedPolicy[]): NamedPolicy[] {
  const named = policies.map((policy, index) => ({ ...policy, id: policy.id ?? `policy-${index}` }));
  if (new Set(named.map(({ id }) => id)).size !== named.length)
    throw new Error('two Cedar policies have the same @id.');
  return named;
}

/** The texts of {@link namedPolicies} by name. @throws Error for the same reasons */
export function policiesById(text: string): Record<string, string> {
  return Object.fromEntries(namedPolicies(text).map(({ id, text: policy }) => [id, policy]));
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

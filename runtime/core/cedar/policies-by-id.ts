import { type PolicyJson, policySetTextToParts, policyToJson } from '@cedar-policy/cedar-wasm/nodejs';
import { maybeSeveral, splitPolicies } from './split-policies';

/** Which calls a policy can decide on, and which way. */
export type PolicyScope = Pick<PolicyJson, 'effect' | 'action' | 'resource'>;

/** One policy of a text, as written and as Cedar reads it. */
export interface ParsedPolicy {
  /** Of its `@id` annotation, where it has one. */
  readonly id?: string;
  readonly text: string;
  readonly scope: PolicyScope;
}

/**
 * How a policy begins that names one action and one connector, as those of grants do. Nothing before, between or inside
 * that could be read in another way: neither comments nor escapes nor further annotations.
 */
const PLAIN_HEAD =
  /^@id\("([^"\\]+)"\)\s*(permit|forbid)\s*\(\s*principal\s*,\s*action\s*==\s*Action::"([^"\\]*)"\s*,\s*resource\s*==\s*Connector::"([^"\\]*)"\s*\)/;

/** The policies of a text, in order. @throws Error when Cedar can't parse it, or one of them is a template */
export function parsePolicies(text: string): ParsedPolicy[] {
  const parts = policySetTextToParts(text);
  if (parts.type === 'failure') throw new Error(`a Cedar policy is wrong: ${parseProblem(text, parts.errors[0])}`);
  if (parts.policy_templates.length > 0) {
    throw new Error('a Cedar policy is a template (?principal or ?resource), which nothing here fills; write it out');
  }
  // Cedar lists them in an order of its own.
  const inOrder = splitPolicies(text);
  const policies = inOrder?.length === parts.policies.length ? inOrder : parts.policies;
  return policies.map((policy) => plainPolicy(policy) ?? readByCedar(policy));
}

/** What `policyToJson` would say, without the time that it takes: a gate reads all its policies before its first call. */
function plainPolicy(text: string): ParsedPolicy | undefined {
  const head = PLAIN_HEAD.exec(text);
  if (!head) return undefined;
  const [, id, effect, action, connector] = head;
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

/** A policy and the name that decisions give it. */
export type NamedPolicy = ParsedPolicy & { readonly id: string };

/** Policies, each with the name that its `@id` annotation gives. @throws Error when Cedar can't parse them, or two share a name */
export function namedPolicies(text: string): NamedPolicy[] {
  return withNames(parsePolicies(text));
}

/**
 * The same of policies that synth held to Cedar. What follows a plain head isn't read: a gate reads a tool's policies
 * whole at its first call, and all of them before would be a third of its start.
 * @throws Error when two share a name, or Cedar can't parse what isn't plain
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
  if (new Set(named.map(({ id }) => id)).size !== named.length) throw new Error('two Cedar policies share an @id.');
  return named;
}

/** The texts of {@link namedPolicies} by name. @throws Error as it does */
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

import type { PolicyJson } from '#cedar';
import type { JsonObject } from '../contracts';
import type { SchemaTool } from './cedar-schema';
import { type ParsedPolicy, parsePolicies } from './policies-by-id';
import { validatePolicies } from './validate-policies';

/** The three policy sets. Each is evaluated by itself. */
export const POLICY_SETS = ['deny', 'allow', 'ask'] as const;
export type PolicySetName = (typeof POLICY_SETS)[number];

/** A policy that a person wrote. */
export interface WrittenPolicy {
  readonly id: string;
  readonly effect: 'permit' | 'forbid';
  readonly text: string;
  /** The tools that it can decide on. */
  readonly tools: readonly string[];
}

export interface WrittenPolicies {
  readonly policies: readonly WrittenPolicy[];
  /** Problems, each with the policy's name. If there are any, the file must not be used. */
  readonly problems: readonly string[];
}

/** The agent sees the id in a denial, and the ledger records it. */
const POLICY_ID = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$/;

/** Reads a hand-written `.cedar` text for one of the sets and checks it against the tools. Never throws. */
export function readWrittenPolicies(
  text: string,
  set: PolicySetName,
  tools: readonly SchemaTool[],
  schema: JsonObject,
): WrittenPolicies {
  let parsed: ParsedPolicy[];
  try {
    parsed = parsePolicies(text);
  } catch (error) {
    return { policies: [], problems: [(error as Error).message] };
  }
  if (parsed.length === 0) return { policies: [], problems: ['it has no policy; write one, or leave the file out'] };
  const policies = parsed.map(
    ({ id = '', text: policy, scope }): WrittenPolicy => ({
      id,
      effect: scope.effect,
      text: policy,
      tools: tools.filter((tool) => concerns(scope, tool)).map(({ name }) => name),
    }),
  );
  const problems = [...namingProblems(policies), ...policies.flatMap((policy) => placeProblems(policy, set))];
  // Without correct names, the validator's answer would be hard to place.
  if (problems.length === 0) problems.push(...validatePolicies(text, schema));
  if (problems.length === 0) problems.push(...policies.flatMap(aimProblems));
  return { policies, problems };
}

function namingProblems(policies: readonly WrittenPolicy[]): string[] {
  const seen = new Set<string>();
  return policies.flatMap(({ id }, index) => {
    if (id === '') return [`policy ${index + 1} has no name; write @id("never-outside-office-hours") before it`];
    if (!POLICY_ID.test(id)) {
      return [`policy ${index + 1}: its @id has other characters than letters, digits, _ . and -, or over 100 of them`];
    }
    if (seen.has(id)) return [`policy "${id}": another policy has this @id; a decision must name one`];
    seen.add(id);
    return [];
  });
}

/** A policy in a set where its effect is not what it says. */
function placeProblems({ id, effect }: WrittenPolicy, set: PolicySetName): string[] {
  if (set === 'deny' && effect === 'permit') {
    return [`policy "${id}": a permit in the deny set does nothing; put it in the allow or the ask set`];
  }
  if (set === 'allow' && effect === 'forbid') {
    return [`policy "${id}": a forbid belongs in the deny set, where its denial names it`];
  }
  return [];
}

/** Cedar checks that the action and the connector exist, but not that the tool belongs to the connector. */
function aimProblems({ id, tools }: WrittenPolicy): string[] {
  return tools.length > 0
    ? []
    : [`policy "${id}": no tool has this action on this resource, so it would never decide anything`];
}

/** Whether a policy can apply to calls of this tool. Actions have no groups, so `in` is a list. */
export function concerns(
  { action, resource }: Pick<PolicyJson, 'action' | 'resource'>,
  tool: Pick<SchemaTool, 'name' | 'connector'>,
): boolean {
  return names(action, tool.name) && names(resource, tool.connector);
}

/** Whether a scope can match this entity. A form that isn't known here counts as a match. */
function names(scope: PolicyJson['action'] | PolicyJson['resource'], id: string): boolean {
  if (scope.op !== '==' && scope.op !== 'in') return true;
  const listed = 'entities' in scope ? scope.entities : 'entity' in scope ? [scope.entity] : undefined;
  if (!listed) return true;
  return listed.some((entity) => ('__entity' in entity ? entity.__entity.id : entity.id) === id);
}

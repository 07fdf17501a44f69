import type { ConditionEntry } from '../../template/iam/condition';
import { matchAction } from '../../template/iam/evaluate';
import type { Policy, Statement } from '../../template/iam/policy';
import { type Assembly, keyOf, piecesOf, type Resource, unknownIn, type Value } from '../../template/index';

/** A Deny for everyone, or for everyone except certain principals. */
export interface Denial {
  readonly policy: Policy;
  /** The version of the policy that it is in: which one is deployed, only the deployment decides. */
  readonly version: readonly Statement[];
  readonly statement: Statement;
  /** The principals that it exempts; empty when it exempts nobody. */
  readonly spared: readonly Value[];
}

/** Operators that apply a Deny to every principal except the values. */
const UNEQUAL = /^(ForAnyValue:|ForAllValues:)?(ArnNotEquals|ArnNotLike|StringNotEquals|StringNotLike)(IfExists)?$/i;

/**
 * Denies of an action that apply to everybody in each possible version of the policy. A Deny with another condition doesn't
 * count, because the condition may not hold.
 *
 * @param isFine conditions that a Deny may have nevertheless. @default - none
 * @param isMeant which statements count: each version must have one of them. @default - all
 */
export function denialsOf(
  policy: Policy,
  action: string,
  isFine: (condition: ConditionEntry) => boolean = () => false,
  isMeant: (statement: Statement) => boolean = () => true,
): readonly Denial[] {
  const denies = (statement: Statement): boolean => deniesEverybody(statement, action, isFine) && isMeant(statement);
  const versions = policy.alternatives.map((version) =>
    version.filter(denies).map((statement) => denialOf(policy, version, statement)),
  );
  return versions.every((denials) => denials.length > 0) ? versions.flat() : [];
}

/**
 * Whether a statement of a resource's own policy is about all of this resource. One that says nothing of resources is about what it
 * is attached to.
 */
export function isAbout(assembly: Assembly, { resource }: Statement, target: Resource): boolean {
  if (resource === undefined) return true;
  return !resource.negated && resource.patterns.some((each) => each === '*' || assembly.find(each) === target);
}

/** The principals that may be exempt from all of the denials. Undefined when nothing is denied. */
export function sparedByAll(denials: readonly Denial[]): readonly Value[] | undefined {
  if (denials.length === 0) return undefined;
  // Which version of a policy is deployed isn't known, so what one of them exempts may be exempt. All policies hold at once.
  return inAll(
    groupsOf(denials, ({ policy }) => policy).map((ofPolicy) =>
      groupsOf(ofPolicy, ({ version }) => version).flatMap((ofVersion) => inAll(ofVersion.map(({ spared }) => spared))),
    ),
  );
}

function groupsOf<T>(items: readonly T[], groupOf: (item: T) => unknown): readonly (readonly T[])[] {
  const groups = new Map<unknown, T[]>();
  for (const item of items) {
    const group = groupOf(item);
    groups.set(group, [...(groups.get(group) ?? []), item]);
  }
  return [...groups.values()];
}

/** The values that are in each of the lists, once. */
function inAll([first = [], ...others]: readonly (readonly Value[])[]): readonly Value[] {
  const distinct = new Map(first.map((value) => [keyOf(value), value]));
  const rest = others.map((list) => new Set(list.map(keyOf)));
  return [...distinct].filter(([key]) => rest.every((keys) => keys.has(key))).map(([, value]) => value);
}

function deniesEverybody(
  statement: Statement,
  action: string,
  isFine: (condition: ConditionEntry) => boolean,
): boolean {
  if (statement.effect !== 'Deny' || statement.unknown.length > 0 || statement.action.negated) return false;
  const { principal } = statement;
  const everybody =
    principal !== undefined && !principal.negated && principal.patterns.some(({ value }) => value === '*');
  return (
    everybody &&
    statement.action.patterns.some((pattern) => matchAction(pattern, action) === 'true') &&
    statement.conditions.every((condition) => isSparing(condition) || isFine(condition))
  );
}

function isSparing({ operator, key, values }: ConditionEntry): boolean {
  return (
    key.toLowerCase() === 'aws:principalarn' &&
    UNEQUAL.test(operator) &&
    values.length > 0 &&
    values.every((value) => unknownIn(value) === undefined && !sparesAnybody(value))
  );
}

/** `*`, or every role of an account. A wildcard after a known name is allowed. */
function sparesAnybody(value: Value): boolean {
  const text = (piecesOf(value) ?? []).map((piece) => (typeof piece === 'string' ? piece : '=')).join('');
  return /^\*|:(role|user|assumed-role)\/\*|:\*$|::\*/.test(text);
}

function denialOf(policy: Policy, version: readonly Statement[], statement: Statement): Denial {
  return { policy, version, statement, spared: statement.conditions.filter(isSparing).flatMap(({ values }) => values) };
}

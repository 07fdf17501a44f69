import type { ConditionEntry } from '../../template/iam/condition';
import { matchAction } from '../../template/iam/evaluate';
import { type Policy, type Statement, statementsOf } from '../../template/iam/policy';
import { keyOf, piecesOf, unknownIn, type Value } from '../../template/index';

/** A Deny for everyone, or for everyone except certain principals. */
export interface Denial {
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
 */
export function denialsOf(
  policy: Policy,
  action: string,
  isFine: (condition: ConditionEntry) => boolean = () => false,
): readonly Denial[] {
  const denies = (statement: Statement): boolean => deniesEverybody(statement, action, isFine);
  return policy.alternatives.every((statements) => statements.some(denies))
    ? statementsOf(policy).filter(denies).map(denialOf)
    : [];
}

/** The principals that are exempt from all of the denials. Undefined when nothing is denied. */
export function sparedByAll(denials: readonly Denial[]): readonly Value[] | undefined {
  const [first, ...others] = denials;
  if (first === undefined) return undefined;
  const distinct = new Map(first.spared.map((value) => [keyOf(value), value]));
  const rest = others.map(({ spared }) => new Set(spared.map(keyOf)));
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

function denialOf(statement: Statement): Denial {
  return { statement, spared: statement.conditions.filter(isSparing).flatMap(({ values }) => values) };
}

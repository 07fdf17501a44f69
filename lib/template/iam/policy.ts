import { parseJsonText } from '../model/json-text';
import { isObject, piecesOf, placeInList, type Resolved, Unresolved, type Value } from '../model/value';
import type { ConditionEntry } from './condition';

/** `Action` or `NotAction`, `Resource` or `NotResource`, with its patterns. */
export interface Element {
  readonly negated: boolean;
  readonly patterns: readonly Value[];
}

/** A principal in a policy. */
export interface PrincipalPattern {
  /** `AWS`, `Service`, `Federated`, `CanonicalUser`; `*` for `"Principal": "*"`. */
  readonly kind: string;
  readonly value: Value;
}

/** One statement of a policy. */
export interface Statement {
  /** The statement's Sid; without one, its position: `#2`. */
  readonly sid: string;
  /** Position in the document, from 0. */
  readonly index: number;
  readonly effect: 'Allow' | 'Deny' | 'unknown';
  readonly action: Element;
  /** Absent in trust policies. */
  readonly resource: Element | undefined;
  /** Absent in identity policies. */
  readonly principal: { readonly negated: boolean; readonly patterns: readonly PrincipalPattern[] } | undefined;
  readonly conditions: readonly ConditionEntry[];
  /** Its unknown parts. A statement with any may apply to anything. */
  readonly unknown: readonly Unresolved[];
}

/** A policy document, in each of its possible versions. */
export interface Policy {
  readonly name: string;
  /** Construct path or logical id of the resource that contains it; for messages. */
  readonly source: string;
  readonly alternatives: readonly (readonly Statement[])[];
}

/** Reads a policy document: an object or a JSON string, with its statements as an object or a list. */
export function readPolicy(name: string, source: string, document: Resolved): Policy {
  return { name, source, alternatives: document.map((branch) => readDocument(branch.value, source)) };
}

/** A policy that may not be there: one of its versions says nothing. */
export function maybeAbsent(policy: Policy): Policy {
  return { ...policy, alternatives: [...policy.alternatives, []] };
}

/** A policy whose text isn't known: it may allow and deny anything. */
export function unknownPolicy(name: string, source: string, reason: string): Policy {
  return { name, source, alternatives: [[unknownStatement(new Unresolved(name, source, reason), 0)]] };
}

/** Statements of a policy in all its versions, for rules that look at each statement by itself. */
export function statementsOf(policy: Policy): readonly Statement[] {
  return policy.alternatives.flat();
}

/** The policy with every ARN, name and condition value replaced. Actions stay. */
export function withValues(policy: Policy, replace: (value: Value) => Value): Policy {
  const statement = (s: Statement): Statement => ({
    ...s,
    resource: s.resource && { ...s.resource, patterns: s.resource.patterns.map(replace) },
    principal: s.principal && {
      ...s.principal,
      patterns: s.principal.patterns.map((p) => ({ ...p, value: replace(p.value) })),
    },
    conditions: s.conditions.map((c) => ({ ...c, values: c.values.map(replace) })),
  });
  return { ...policy, alternatives: policy.alternatives.map((statements) => statements.map(statement)) };
}

function readDocument(value: Value, source: string): Statement[] {
  if (value === undefined) return [];
  const document = isObject(value) ? value : parseJsonText(value);
  if (!isObject(document)) {
    const unknown =
      value instanceof Unresolved ? value : new Unresolved(String(value), source, 'not a policy document');
    return [unknownStatement(unknown, 0)];
  }
  const statements = document.Statement;
  if (statements === undefined) return [];
  const list = Array.isArray(statements) ? statements : [statements];
  return list.map((s, i) => readStatement(s, placeInList(statements, i), source));
}

function readStatement(raw: Value, index: number, source: string): Statement {
  if (!isObject(raw)) {
    return unknownStatement(
      raw instanceof Unresolved ? raw : new Unresolved(String(raw), source, 'not a statement'),
      index,
    );
  }
  const { Sid, Effect, Condition } = raw;
  return {
    sid: typeof Sid === 'string' && Sid !== '' ? Sid : `#${index}`,
    index,
    effect: Effect === 'Allow' || Effect === 'Deny' ? Effect : 'unknown',
    // CloudFormation refuses a statement without an action. Here it counts as any action.
    action: element(raw.Action, raw.NotAction) ?? {
      negated: false,
      patterns: [new Unresolved('Action', source, 'missing')],
    },
    resource: element(raw.Resource, raw.NotResource),
    principal: principals(raw.Principal, raw.NotPrincipal),
    conditions: readConditions(Condition),
    unknown: [Effect, Condition].filter((each) => each instanceof Unresolved),
  };
}

/** A condition that can't be read becomes an entry with an operator that never certainly holds. */
function readConditions(raw: Value): ConditionEntry[] {
  if (raw === undefined) return [];
  if (!isObject(raw)) return [{ operator: 'Unknown', key: 'Condition', values: [] }];
  return Object.entries(raw).flatMap(([operator, keys]): ConditionEntry[] =>
    isObject(keys)
      ? Object.entries(keys).map(([key, values]) => ({ operator, key, values: toList(values) }))
      : [{ operator: 'Unknown', key: operator, values: [] }],
  );
}

function unknownStatement(unknown: Unresolved, index: number): Statement {
  return {
    sid: unknown.expression,
    index,
    effect: 'unknown',
    action: { negated: false, patterns: [unknown] },
    resource: undefined,
    principal: undefined,
    conditions: [],
    unknown: [unknown],
  };
}

function element(positive: Value, negative: Value): Element | undefined {
  if (positive !== undefined) return { negated: false, patterns: toList(positive) };
  return negative === undefined ? undefined : { negated: true, patterns: toList(negative) };
}

function principals(positive: Value, negative: Value): Statement['principal'] {
  const raw = positive ?? negative;
  if (raw === undefined) return undefined;
  const negated = positive === undefined;
  if (raw === '*') return { negated, patterns: [{ kind: '*', value: '*' }] };
  if (!isObject(raw)) return { negated, patterns: [{ kind: 'AWS', value: raw }] };
  const patterns = Object.entries(raw).flatMap(([kind, values]) => toList(values).map((value) => ({ kind, value })));
  return { negated, patterns };
}

function toList(value: Value): readonly Value[] {
  const list = Array.isArray(value) ? value : [value];
  return list.map((item) =>
    typeof item === 'number' || typeof item === 'boolean' ? (piecesOf(item)?.[0] ?? item) : item,
  );
}

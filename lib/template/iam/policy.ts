import { isObject, parseJsonText, piecesOf, type Resolved, Unresolved, type Value } from '../model/value';
import type { ConditionEntry } from './condition';

/** `Action` or `NotAction` (the same for resources and principals) with its patterns. */
export interface Element {
  readonly negated: boolean;
  readonly patterns: readonly Value[];
}

/** A principal as a policy names it. */
export interface PrincipalPattern {
  /** `AWS`, `Service`, `Federated`, `CanonicalUser`; `*` for `"Principal": "*"`. */
  readonly kind: string;
  readonly value: Value;
}

/** One statement, read. */
export interface Statement {
  /** The statement's Sid, else its position: `#2`. */
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
  /** What can't be known of the statement: it then may apply to anything. */
  readonly unknown: readonly Unresolved[];
}

/** A policy document in every way it can turn out. */
export interface Policy {
  readonly name: string;
  /** Construct path or logical id of what holds it; for messages. */
  readonly source: string;
  readonly alternatives: readonly (readonly Statement[])[];
}

/** Reads a resolved policy document: object, JSON string, statement as object or list, unknown as unknown. */
export function readPolicy(name: string, source: string, document: Resolved): Policy {
  return { name, source, alternatives: document.map((branch) => readDocument(branch.value, source)) };
}

/** A policy of which nothing can be known: it may allow and it may deny anything. */
export function unknownPolicy(name: string, source: string, reason: string): Policy {
  return { name, source, alternatives: [[unknownStatement(new Unresolved(name, source, reason), 0)]] };
}

/** Statements of a policy in all its alternatives, for rules that look at each by itself. */
export function statementsOf(policy: Policy): readonly Statement[] {
  return policy.alternatives.flat();
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
  return (Array.isArray(statements) ? statements : [statements]).map((s, i) => readStatement(s, i, source));
}

function readStatement(raw: Value, index: number, source: string): Statement {
  const fallback = `#${index}`;
  if (!isObject(raw)) {
    return unknownStatement(
      raw instanceof Unresolved ? raw : new Unresolved(String(raw), source, 'not a statement'),
      index,
    );
  }
  const unknown: Unresolved[] = [];
  if (raw.Effect instanceof Unresolved) unknown.push(raw.Effect);
  const conditions: ConditionEntry[] = [];
  if (raw.Condition instanceof Unresolved) unknown.push(raw.Condition);
  if (isObject(raw.Condition)) {
    for (const [operator, keys] of Object.entries(raw.Condition)) {
      if (!isObject(keys)) {
        conditions.push({ operator: 'Unknown', key: operator, values: [] });
        continue;
      }
      for (const [key, values] of Object.entries(keys)) conditions.push({ operator, key, values: toList(values) });
    }
  } else if (raw.Condition !== undefined) conditions.push({ operator: 'Unknown', key: 'Condition', values: [] });
  const effect = raw.Effect === 'Allow' || raw.Effect === 'Deny' ? raw.Effect : 'unknown';
  return {
    sid: typeof raw.Sid === 'string' && raw.Sid !== '' ? raw.Sid : fallback,
    index,
    effect,
    // A statement without an action can't be deployed; read as "may be anything".
    action: element(raw.Action, raw.NotAction) ?? {
      negated: false,
      patterns: [new Unresolved('Action', source, 'missing')],
    },
    resource: element(raw.Resource, raw.NotResource),
    principal: principals(raw.Principal, raw.NotPrincipal),
    conditions,
    unknown,
  };
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

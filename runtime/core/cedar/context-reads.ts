import { type CedarValueJson, policyToJson } from '#cedar';
import type { JsonValue } from '../contracts';
import { isObject } from '../json/is-object';

/**
 * The attributes of a request's context that policies read, by part (`args`, `session`, `provenance`, `user`). Cedar reads and
 * checks all that it is given, even a text of 60,000 characters, and most policies read one number. Without the attributes
 * that no policy names, the decision is the same.
 */
export type ContextReads = 'all' | ReadonlyMap<string, 'all' | ReadonlySet<string>>;

/** The attributes that these policies read. An expression that isn't clearly one attribute counts as all. */
export function contextReads(policies: readonly string[]): ContextReads {
  const reads = new Reads();
  for (const policy of policies) {
    // The variable can't be written in another way.
    if (!policy.includes('context')) continue;
    const parsed = policyToJson(policy);
    if (parsed.type === 'failure') return 'all';
    for (const { body } of parsed.json.conditions) reads.collect(body as unknown as JsonValue);
  }
  return reads.all ? 'all' : reads.parts;
}

/** The context with only the attributes that are read. */
export function readContext(
  reads: ContextReads,
  context: Readonly<Record<string, Readonly<Record<string, CedarValueJson>>>>,
): Record<string, CedarValueJson> {
  // An entity is one value: its attributes are in the entity itself.
  return kept(reads, context, (part, names) =>
    '__entity' in part ? part : kept(names, part, (value) => value),
  ) as Record<string, CedarValueJson>;
}

/** Whether any of these policies reads a part of the context. */
export function readsPart(reads: ContextReads, part: string): boolean {
  return reads === 'all' || reads.has(part);
}

/** A Cedar record type. */
interface RecordType<Attribute> {
  readonly attributes: Readonly<Record<string, Attribute>>;
}

/** The Cedar type of a context, as `cedarSchemaFor` writes it: a record or an entity for each part. */
export type ContextType = RecordType<RecordType<JsonValue> | { readonly type: 'Entity' }>;

/** The Cedar type of the context that {@link readContext} returns. */
export function readContextType(reads: ContextReads, type: ContextType): ContextType {
  const attributes = kept(reads, type.attributes, (part, names) =>
    'attributes' in part ? { ...part, attributes: kept(names, part.attributes, (value) => value) } : part,
  );
  return { ...type, attributes };
}

/** The attributes with these names, each converted by `keep`. */
function kept<Value, Kept, Names>(
  names: 'all' | ReadonlySet<string> | ReadonlyMap<string, Names>,
  record: Readonly<Record<string, Value>>,
  keep: (value: Value, names: Names | 'all') => Kept,
): Record<string, Kept> {
  const result: Record<string, Kept> = {};
  for (const [name, value] of Object.entries(record)) {
    if (names !== 'all' && !names.has(name)) continue;
    result[name] = keep(value, names instanceof Map ? (names.get(name) as Names) : 'all');
  }
  return result;
}

class Reads {
  all = false;
  readonly parts = new Map<string, 'all' | Set<string>>();

  collect(expression: JsonValue): void {
    if (Array.isArray(expression)) {
      for (const each of expression) this.collect(each);
      return;
    }
    if (!isObject(expression)) return;
    const path = pathOf(expression);
    if (path) this.read(path);
    else for (const each of Object.values(expression)) this.collect(each);
  }

  private read([part, name]: readonly string[]): void {
    if (part === undefined) {
      this.all = true;
      return;
    }
    const names = this.parts.get(part) ?? new Set();
    if (name === undefined || names === 'all') this.parts.set(part, 'all');
    else this.parts.set(part, names.add(name));
  }
}

/** The names after `context` in an expression that reads or tests an attribute of it. Empty for `context` itself. */
function pathOf(expression: JsonValue | undefined): readonly string[] | undefined {
  if (!isObject(expression)) return undefined;
  if (expression.Var === 'context') return [];
  const access = expression['.'] ?? expression.has;
  if (!isObject(access)) return undefined;
  const before = pathOf(access.left);
  const names = Array.isArray(access.attr) ? access.attr : [access.attr];
  return before && names.every((name) => typeof name === 'string') ? [...before, ...names] : undefined;
}

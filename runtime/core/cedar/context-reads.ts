import { type CedarValueJson, policyToJson } from '@cedar-policy/cedar-wasm/nodejs';
import type { JsonValue } from '../contracts';
import { isObject } from '../json/is-object';

/**
 * What policies look at of a request's context: by part (`args`, `session`, `provenance`) the names of attributes, or all
 * of it. Cedar reads and checks whatever it is given, a letter of 60,000 characters too, and most policies look at a
 * number. A record without attributes that no policy names decides as the whole does.
 */
export type ContextReads = 'all' | ReadonlyMap<string, 'all' | ReadonlySet<string>>;

/** What these policies read. Whatever isn't plainly one attribute counts as all. */
export function contextReads(policies: readonly string[]): ContextReads {
  const reads = new Reads();
  for (const policy of policies) {
    // The variable has no other spelling.
    if (!policy.includes('context')) continue;
    const parsed = policyToJson(policy);
    if (parsed.type === 'failure') return 'all';
    for (const { body } of parsed.json.conditions) reads.collect(body as unknown as JsonValue);
  }
  return reads.all ? 'all' : reads.parts;
}

/** The attributes of a context that are read. */
export function readContext(
  reads: ContextReads,
  context: Readonly<Record<string, Readonly<Record<string, CedarValueJson>>>>,
): Record<string, CedarValueJson> {
  return kept(reads, context, (part, names) => kept(names, part, (value) => value)) as Record<string, CedarValueJson>;
}

/** A Cedar record type. */
interface RecordType<Attribute> {
  readonly attributes: Readonly<Record<string, Attribute>>;
}

/** The Cedar type of a context, as `cedarSchemaFor` writes it: of each part a record. */
export type ContextType = RecordType<RecordType<JsonValue>>;

/** The Cedar type of what {@link readContext} leaves. */
export function readContextType(reads: ContextReads, type: ContextType): ContextType {
  const attributes = kept(reads, type.attributes, (part, names) => ({
    ...part,
    attributes: kept(names, part.attributes, (value) => value),
  }));
  return { ...type, attributes };
}

/** Of a record the attributes with these names, each made into what is kept of it. */
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

/** Names after `context`, where an expression reads or asks for an attribute of it; none for `context` itself. */
function pathOf(expression: JsonValue | undefined): readonly string[] | undefined {
  if (!isObject(expression)) return undefined;
  if (expression.Var === 'context') return [];
  const access = expression['.'] ?? expression.has;
  if (!isObject(access)) return undefined;
  const before = pathOf(access.left);
  const names = Array.isArray(access.attr) ? access.attr : [access.attr];
  return before && names.every((name) => typeof name === 'string') ? [...before, ...names] : undefined;
}

import { keyOf, type Value } from '../model/value';
import { matchText } from './pattern';
import { and, not, or, type Truth, truthOf } from './truth';

/** The known condition keys of a request. Case doesn't matter in keys. */
export class Context {
  private readonly values = new Map<string, readonly Value[]>();

  /**
   * @param known values by key; an empty list means that the key is certainly absent
   * @param others whether the other keys are unknown or absent
   */
  constructor(
    known: { readonly [key: string]: Value | readonly Value[] } = {},
    private readonly others: 'unknown' | 'absent' = 'unknown',
  ) {
    for (const [key, value] of Object.entries(known)) {
      this.values.set(key.toLowerCase(), Array.isArray(value) ? (value as readonly Value[]) : [value as Value]);
    }
  }

  /** The same context with more keys, or other values. */
  public with(more: { readonly [key: string]: Value | readonly Value[] }): Context {
    const context = new Context(more, this.others);
    for (const [key, values] of this.values) if (!context.values.has(key)) context.values.set(key, values);
    return context;
  }

  /** Values of a key. An empty list: certainly absent. Undefined: not known. */
  public get(key: string): readonly Value[] | undefined {
    return this.values.get(key.toLowerCase()) ?? (this.others === 'absent' ? [] : undefined);
  }
}

/** One line of a Condition block. */
export interface ConditionEntry {
  readonly operator: string;
  readonly key: string;
  readonly values: readonly Value[];
}

/**
 * Whether a condition holds.
 *
 * Source: IAM User Guide, "IAM JSON policy elements: Condition operators", "Multivalued context keys", "Policy
 * variables". An unknown operator or value gives `depends`.
 */
export function conditionHolds(entry: ConditionEntry, context: Context): Truth {
  const match = /^(?:(ForAllValues|ForAnyValue):)?([A-Za-z]+?)(IfExists)?$/i.exec(entry.operator);
  if (match === null) return 'depends';
  const quantifier = match[1]?.toLowerCase();
  const operator = (match[2] ?? '').toLowerCase();
  const actual = context.get(entry.key);
  if (operator === 'null') return absenceHolds(entry, actual);
  const comparison = COMPARISONS.get(operator.replace('not', ''));
  if (comparison === undefined || actual === undefined) return 'depends';
  const negated = !COMPARISONS.has(operator);
  if (actual.length === 0) {
    if (match[3] !== undefined || quantifier === 'forallvalues') return 'true';
    return truthOf(quantifier === 'foranyvalue' ? false : negated);
  }
  const each = actual.map((value) => {
    const any = or('false', ...entry.values.map((raw) => compared(comparison, substitute(raw, context), value)));
    return negated ? not(any) : any;
  });
  if (quantifier === 'forallvalues') return and(...each);
  // A negated operator without a quantifier, on a key with several values: none may match.
  return quantifier === undefined && negated ? and(...each) : or(...each);
}

/** The operator `Null`: whether the key is absent. */
function absenceHolds({ values }: ConditionEntry, actual: readonly Value[] | undefined): Truth {
  const wanted = values.map((value) => String(value).toLowerCase());
  if (actual === undefined || wanted.some((w) => w !== 'true' && w !== 'false')) return 'depends';
  return truthOf(wanted.includes(String(actual.length === 0)));
}

/** @param wanted after `substitute` */
function compared(comparison: Comparison, wanted: Value, actual: Value): Truth {
  if (wanted === null) return 'false';
  return wanted === undefined ? 'depends' : comparison(wanted, actual);
}

type Comparison = (wanted: Value, actual: Value) => Truth;

const numeric = (compare: (a: number, b: number) => boolean): Comparison => ordered(Number, compare);
const dated = (compare: (a: number, b: number) => boolean): Comparison => ordered(toTime, compare);

const COMPARISONS: ReadonlyMap<string, Comparison> = new Map(
  Object.entries<Comparison>({
    stringequals: (w, a) => matchText(w, a, { wildcards: false }),
    stringequalsignorecase: (w, a) => matchText(w, a, { wildcards: false, ignoreCase: true }),
    stringlike: (w, a) => matchText(w, a),
    binaryequals: (w, a) => matchText(w, a, { wildcards: false }),
    bool: (w, a) => matchText(w, a, { wildcards: false, ignoreCase: true }),
    arnequals: matchArn,
    arnlike: matchArn,
    ipaddress: (w, a) => inRange(w, a),
    numericequals: numeric((actual, wanted) => actual === wanted),
    numericlessthan: numeric((actual, wanted) => actual < wanted),
    numericlessthanequals: numeric((actual, wanted) => actual <= wanted),
    numericgreaterthan: numeric((actual, wanted) => actual > wanted),
    numericgreaterthanequals: numeric((actual, wanted) => actual >= wanted),
    dateequals: dated((actual, wanted) => actual === wanted),
    datelessthan: dated((actual, wanted) => actual < wanted),
    datelessthanequals: dated((actual, wanted) => actual <= wanted),
    dategreaterthan: dated((actual, wanted) => actual > wanted),
    dategreaterthanequals: dated((actual, wanted) => actual >= wanted),
  }),
);

function ordered(read: (text: string) => number, compare: (actual: number, wanted: number) => boolean): Comparison {
  return (wanted, actual) => {
    const [w, a] = [wanted, actual].map((v) =>
      typeof v === 'string' || typeof v === 'number' ? String(v) : undefined,
    );
    if (w === undefined || a === undefined) return 'depends';
    const [left, right] = [read(a), read(w)];
    return Number.isNaN(left) || Number.isNaN(right) ? 'false' : truthOf(compare(left, right));
  };
}

function toTime(text: string): number {
  return /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text);
}

/** ARN operators compare each of the six segments separately: a wildcard doesn't cross a colon. */
function matchArn(wanted: Value, actual: Value): Truth {
  if (typeof wanted !== 'string' || typeof actual !== 'string') return matchText(wanted, actual);
  const [left, right] = [segments(wanted), segments(actual)];
  if (left.length !== 6 || right.length !== 6) return truthOf(wanted === '*' && actual.startsWith('arn:'));
  return and(...left.map((segment, i) => matchText(segment, right[i])));
}

/** The six parts of an ARN; the last keeps its colons. */
export function segments(arn: string): string[] {
  const parts = arn.split(':');
  return parts.length <= 6 ? parts : [...parts.slice(0, 5), parts.slice(5).join(':')];
}

function inRange(range: Value, address: Value): Truth {
  if (typeof range !== 'string' || typeof address !== 'string') {
    return keyOf(range) === keyOf(address) ? 'true' : 'depends';
  }
  const [base = '', length] = range.split('/');
  const [from, at] = [toBits(base), toBits(address.split('/')[0] ?? '')];
  if (from === undefined || at === undefined || from.length !== at.length) return 'false';
  const bits = length === undefined ? from.length : Number(length);
  return truthOf(bits >= 0 && bits <= from.length && from.slice(0, bits) === at.slice(0, bits));
}

/** An IPv4 or IPv6 address as a string of bits; undefined for other text. */
function toBits(address: string): string | undefined {
  if (/^\d+(\.\d+){3}$/.test(address)) {
    const bytes = address.split('.').map(Number);
    return bytes.every((b) => b <= 255) ? bytes.map((b) => b.toString(2).padStart(8, '0')).join('') : undefined;
  }
  if (!/^[0-9a-f:]+$/i.test(address) || !address.includes(':')) return undefined;
  const [head = '', tail] = address.split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const missing = 8 - left.length - right.length;
  if (tail === undefined ? missing !== 0 : missing < 1) return undefined;
  const groups = [...left, ...(Array(Math.max(missing, 0)).fill('0') as string[]), ...right];
  return groups.map((g) => Number.parseInt(g, 16).toString(2).padStart(16, '0')).join('');
}

/** In place of `${*}` and `${?}`, which stand for the characters themselves. */
const LITERAL_WILDCARD = '\u{F0002}';

/**
 * Replaces the policy variables (`${aws:PrincipalTag/team}`) in a policy's value.
 *
 * @returns null when a variable is certainly absent: the value then matches nothing. Undefined when one isn't known
 */
export function substitute(value: Value, context: Context): Value {
  if (typeof value !== 'string' || !value.includes('${')) return value;
  let unknown = false;
  let absent = false;
  const text = value.replace(/\$\{([^}]*)\}/g, (_whole, inside: string) => {
    if (inside === '$') return '$';
    if (inside === '*' || inside === '?') return `${LITERAL_WILDCARD}${inside}`;
    const replacement = variableValue(inside, context);
    unknown ||= replacement === undefined;
    absent ||= replacement === null;
    return replacement ?? '';
  });
  if (unknown) return undefined;
  if (absent) return null;
  // From here a literal wildcard looks like a wildcard. Such values stay undecided.
  return text.includes(LITERAL_WILDCARD) ? undefined : text;
}

/** The value of one policy variable, `key` or `key, 'default'`. Null: certainly absent. Undefined: not known. */
function variableValue(variable: string, context: Context): string | null | undefined {
  const [, key = '', fallback] = /^([^,]+?)\s*(?:,\s*'(.*)')?$/.exec(variable) ?? [];
  const found = context.get(key);
  if (found?.length === 0) return fallback ?? null;
  const [only] = found ?? [];
  return found?.length === 1 && typeof only === 'string' ? only : undefined;
}

import { type PolicyJson, policyToJson } from '#cedar';
import type { JsonObject, JsonValue } from '../contracts';

/** An expression and what it must evaluate to. */
interface Claim {
  readonly expression: JsonValue | undefined;
  readonly holds: boolean;
}

/** Steps after which a condition counts as one that can hold. */
const MOST_STEPS = 5000;

/**
 * Why a policy's conditions can never hold together, in words that follow "the condition can never be true: "; undefined
 * where they can, or where it isn't known. Cedar's own validator looks at types only.
 *
 * It compares what is said of one value: numbers and decimals with literals, equality with literals, and the same
 * expression asserted and denied. It never reports a condition that can hold: what it doesn't read counts as true.
 */
export function neverHolds(policy: string): string | undefined {
  const parsed = policyToJson(policy);
  if (parsed.type === 'failure') return undefined;
  const claims = (parsed.json as PolicyJson).conditions.map(
    ({ kind, body }): Claim => ({ expression: body as unknown as JsonValue, holds: kind === 'when' }),
  );
  const search = new Search();
  return search.canHold(claims, new Facts()) ? undefined : search.contradiction;
}

class Search {
  contradiction = 'it is false for every call';
  private steps = 0;

  /** Whether all claims can hold at once, beside the facts. Facts grow claim by claim; `||` tries each side. */
  canHold(claims: readonly Claim[], facts: Facts): boolean {
    this.steps += 1;
    if (this.steps > MOST_STEPS) return true;
    const [claim, ...others] = claims;
    if (claim === undefined) return true;
    const ways = waysToHold(claim);
    if (ways) return ways.some((way) => this.canHold([...way, ...others], facts));
    const more = facts.with(claim);
    if (more instanceof Facts) return this.canHold(others, more);
    this.contradiction = more;
    return false;
  }
}

/** The ways in which a compound claim can hold, each a list of smaller claims; undefined for a claim that isn't compound. */
function waysToHold({ expression, holds }: Claim): Claim[][] | undefined {
  if (!isObject(expression)) return undefined;
  const { Value: value, '!': not, '&&': and, '||': or, 'if-then-else': choice } = expression;
  if (typeof value === 'boolean') return value === holds ? [[]] : [];
  if (isObject(not)) return [[{ expression: not.arg, holds: !holds }]];
  const both = isObject(and) ? and : isObject(or) ? or : undefined;
  if (both) {
    const left = { expression: both.left, holds };
    const right = { expression: both.right, holds };
    return isObject(and) === holds ? [[left, right]] : [[left], [right]];
  }
  if (!isObject(choice)) return undefined;
  return [
    [
      { expression: choice.if, holds: true },
      { expression: choice.then, holds },
    ],
    [
      { expression: choice.if, holds: false },
      { expression: choice.else, holds },
    ],
  ];
}

/** What is known of the values that a condition names. */
class Facts {
  constructor(
    private readonly ranges: ReadonlyMap<string, Range> = new Map(),
    private readonly values: ReadonlyMap<string, Values> = new Map(),
    private readonly asserted: ReadonlyMap<string, boolean> = new Map(),
  ) {}

  /** These facts and one more; or, in words, what it contradicts. */
  with({ expression, holds }: Claim): Facts | string {
    const comparison = comparisonOf(expression);
    if (comparison === undefined) return this.withAssertion(keyOf(expression), holds, expression);
    const { subject, literal } = comparison;
    const operator = holds ? comparison.operator : NEGATED[comparison.operator];
    const key = keyOf(subject);
    if (typeof literal === 'boolean') {
      return operator === '==' || operator === '!='
        ? this.withAssertion(key, literal === (operator === '=='), subject)
        : this;
    }
    return typeof literal === 'bigint'
      ? this.withRange(key, operator, literal, subject)
      : this.withValue(key, operator, literal, subject);
  }

  private withAssertion(key: string, holds: boolean, expression: JsonValue | undefined): Facts | string {
    if (this.asserted.get(key) === !holds) return `it needs ${textOf(expression)} to be both true and false`;
    return new Facts(this.ranges, this.values, new Map(this.asserted).set(key, holds));
  }

  private withRange(key: string, operator: Operator, literal: bigint, subject: JsonValue): Facts | string {
    const range = narrowed(this.ranges.get(key) ?? { except: new Set() }, operator, literal);
    if (isEmpty(range)) return `no value of ${textOf(subject)} meets all comparisons`;
    return new Facts(new Map(this.ranges).set(key, range), this.values, this.asserted);
  }

  private withValue(key: string, operator: Operator, literal: string, subject: JsonValue): Facts | string {
    const known = this.values.get(key) ?? { except: new Set() };
    if (operator !== '==' && operator !== '!=') return this;
    const equal = operator === '==';
    const contradicts = equal
      ? known.except.has(literal) || (known.only !== undefined && known.only !== literal)
      : known.only === literal;
    if (contradicts) return `no value of ${textOf(subject)} meets all comparisons`;
    const values = equal ? { ...known, only: literal } : { ...known, except: new Set(known.except).add(literal) };
    return new Facts(this.ranges, new Map(this.values).set(key, values), this.asserted);
  }
}

/** Whole numbers, or decimals in ten-thousandths, from `low` to `high`. */
interface Range {
  readonly low?: bigint;
  readonly high?: bigint;
  readonly except: ReadonlySet<bigint>;
}

/** Texts or entities, as JSON. */
interface Values {
  readonly only?: string;
  readonly except: ReadonlySet<string>;
}

function narrowed(range: Range, operator: Operator, literal: bigint): Range {
  switch (operator) {
    case '<':
      return { ...range, high: least(range.high, literal - 1n) };
    case '<=':
      return { ...range, high: least(range.high, literal) };
    case '>':
      return { ...range, low: most(range.low, literal + 1n) };
    case '>=':
      return { ...range, low: most(range.low, literal) };
    case '==':
      return { ...range, low: most(range.low, literal), high: least(range.high, literal) };
    case '!=':
      return { ...range, except: new Set(range.except).add(literal) };
  }
}

function least(a: bigint | undefined, b: bigint): bigint {
  return a === undefined || b < a ? b : a;
}

function most(a: bigint | undefined, b: bigint): bigint {
  return a === undefined || b > a ? b : a;
}

function isEmpty({ low, high, except }: Range): boolean {
  if (low === undefined || high === undefined) return false;
  let first = low;
  while (except.has(first)) first += 1n;
  return first > high;
}

type Operator = '<' | '<=' | '>' | '>=' | '==' | '!=';

const NEGATED: Readonly<Record<Operator, Operator>> = {
  '<': '>=',
  '<=': '>',
  '>': '<=',
  '>=': '<',
  '==': '!=',
  '!=': '==',
};

/** The same comparison with its sides exchanged. */
const EXCHANGED: Readonly<Record<Operator, Operator>> = {
  '<': '>',
  '<=': '>=',
  '>': '<',
  '>=': '<=',
  '==': '==',
  '!=': '!=',
};

const OPERATORS: ReadonlyMap<string, Operator> = new Map([
  ['<', '<'],
  ['<=', '<='],
  ['>', '>'],
  ['>=', '>='],
  ['==', '=='],
  ['!=', '!='],
  ['lessThan', '<'],
  ['lessThanOrEqual', '<='],
  ['greaterThan', '>'],
  ['greaterThanOrEqual', '>='],
]);

/** A comparison of an expression with a literal. */
interface Comparison {
  readonly subject: JsonValue;
  readonly operator: Operator;
  /** Numbers and decimals as `bigint`; what can only be equal, as JSON. */
  readonly literal: bigint | boolean | string;
}

function comparisonOf(expression: JsonValue | undefined): Comparison | undefined {
  const [name, operands] = Object.entries(isObject(expression) ? expression : {}).at(0) ?? [];
  const operator = OPERATORS.get(name ?? '');
  if (operator === undefined) return undefined;
  const [left, right] = Array.isArray(operands) ? operands : isObject(operands) ? [operands.left, operands.right] : [];
  if (left === undefined || right === undefined) return undefined;
  const atRight = literalOf(right);
  if (atRight !== undefined) return { subject: left, operator, literal: atRight };
  const atLeft = literalOf(left);
  return atLeft === undefined ? undefined : { subject: right, operator: EXCHANGED[operator], literal: atLeft };
}

function literalOf(expression: JsonValue): Comparison['literal'] | undefined {
  if (!isObject(expression)) return undefined;
  const { Value: value, decimal } = expression;
  if (Array.isArray(decimal)) return decimalOf(decimal.at(0));
  // Beyond this, Cedar's JSON has lost digits.
  if (typeof value === 'number') return Number.isSafeInteger(value) ? BigInt(value) : undefined;
  if (typeof value === 'boolean') return value;
  return value === undefined ? undefined : JSON.stringify(value);
}

/** A decimal in ten-thousandths: it has four digits after the point at most. */
function decimalOf(written: JsonValue | undefined): bigint | undefined {
  const text = isObject(written) ? written.Value : undefined;
  const match = typeof text === 'string' ? /^(-?)(\d+)\.(\d{1,4})$/.exec(text) : null;
  if (!match) return undefined;
  const [, sign, whole, fraction = ''] = match;
  return BigInt(`${sign}${whole}${fraction.padEnd(4, '0')}`);
}

function keyOf(expression: JsonValue | undefined): string {
  return JSON.stringify(expression);
}

/** An attribute as it is written; anything else in general words. */
function textOf(expression: JsonValue | undefined): string {
  if (!isObject(expression)) return 'an expression';
  const { Var: variable, '.': access, has } = expression;
  if (typeof variable === 'string') return variable;
  if (isObject(access) && typeof access.attr === 'string') return `${textOf(access.left)}.${access.attr}`;
  if (isObject(has) && has.attr !== undefined) return `${textOf(has.left)} has ${[has.attr].flat().join('.')}`;
  return 'an expression';
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

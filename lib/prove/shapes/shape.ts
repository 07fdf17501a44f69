import {
  type Assembly,
  asNumber,
  describe,
  isFalse,
  isObject,
  isTrue,
  listOf,
  type Resource,
  Unresolved,
  unknownIn,
  type Value,
} from '../../template';
import type { RuntimeParts } from '../runtime-parts';

/** The resource whose values are judged. */
export interface Subject {
  readonly assembly: Assembly;
  readonly parts: RuntimeParts;
  readonly resource: Resource;
  /** What it is for the runtime. */
  readonly place: string;
}

/** Says how a value differs from what this library writes; undefined when it doesn't. */
export type Judge = (value: Value, subject: Subject) => string | undefined;

/**
 * All properties that a resource of the runtime may have, and what each may be. A property that isn't listed is a fault where it is
 * set, so that one which AWS adds tomorrow is found too.
 */
export interface Shape {
  readonly [property: string]: Judge;
}

/** Any value: what it says opens nothing, or another claim judges it. */
export const anything: Judge = () => undefined;

/** A value, where there is one. */
export function optional(judge: Judge): Judge {
  return (value, subject) => (value === undefined ? undefined : judge(value, subject));
}

/** One of some texts, numbers or switches. CloudFormation takes `'true'` for `true` and `'5'` for `5`. */
export function oneOf(...allowed: readonly (string | number | boolean)[]): Judge {
  return known((value) =>
    allowed.some((each) => String(each) === String(value))
      ? undefined
      : `is ${show(value)}, not ${allowed.map(String).join(' or ')}`,
  );
}

export const on: Judge = known((value) => (isTrue(value) ? undefined : `is ${show(value)}, not true`));
export const off: Judge = optional(known((value) => (isFalse(value) ? undefined : `is ${show(value)}, not false`)));

export function text(pattern: RegExp, what: string): Judge {
  return known((value) =>
    typeof value === 'string' && pattern.test(value) ? undefined : `is ${show(value)}, not ${what}`,
  );
}

/** A number from the least to the most. */
export function between(least: number, most: number): Judge {
  return known((value) => {
    const number = asNumber(value);
    return number !== undefined && number >= least && number <= most
      ? undefined
      : `is ${show(value)}, not a number from ${least} to ${most}`;
  });
}

/** A resource of the templates. */
export function aResource(...types: readonly string[]): Judge {
  return (value, { assembly }) =>
    types.includes(assembly.find(value)?.type ?? '')
      ? undefined
      : `can't be proven: ${show(value)} isn't in the templates`;
}

/** What several judges have nothing against. */
export function both(...judges: readonly Judge[]): Judge {
  return (value, subject) => {
    for (const judge of judges) {
      const fault = judge(value, subject);
      if (fault !== undefined) return fault;
    }
    return undefined;
  };
}

/** A list, each of whose items is judged. */
export function each(judge: Judge): Judge {
  return (value, subject) => {
    if (value instanceof Unresolved) return `can't be proven: ${value.reason}`;
    // CloudFormation takes a single value for a list of one.
    for (const item of listOf(value)) {
      const fault = judge(item, subject);
      if (fault !== undefined) return fault;
    }
    return undefined;
  };
}

/** A list with at least one item. */
export function some(judge: Judge): Judge {
  return (value, subject) => (listOf(value).length === 0 ? 'is not set' : each(judge)(value, subject));
}

/** An object with no other members than these. */
export function members(shape: Shape): Judge {
  return (value, subject) => {
    if (!isObject(value)) return known(() => `is ${show(value)}`)(value, subject);
    for (const name of new Set([...Object.keys(value), ...Object.keys(shape)])) {
      const fault = judgeOf(shape, name)(value[name], subject);
      if (fault !== undefined) return `${name} ${fault}`;
    }
    return undefined;
  };
}

/** The judge of a property, or of a member. */
export function judgeOf(shape: Shape, name: string): Judge {
  return (Object.hasOwn(shape, name) ? shape[name] : undefined) ?? unset;
}

/** Nothing, or an empty list. */
export const unset: Judge = (value) =>
  value === undefined || (Array.isArray(value) && value.length === 0)
    ? undefined
    : "isn't something that this library sets, or that is known to be harmless";

/** Judges a value that the template tells. */
export function known(judge: Judge): Judge {
  return (value, subject) => {
    const unknown = unknownIn(value);
    return unknown === undefined ? judge(value, subject) : `can't be proven: ${unknown.reason}`;
  };
}

function show(value: Value): string {
  return value === undefined ? 'not set' : describe(value);
}

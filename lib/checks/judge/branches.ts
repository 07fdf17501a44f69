import { type Branch, isObject, isTrue, type Resource, Unresolved, type Value } from '../../template/index';
import type { Offence } from '../rule';

/** Says what is wrong with a value that is known; undefined when nothing is. */
export type Judge = (value: Value) => string | undefined;

/** Judges a property in every way it can turn out. What isn't known is an offence, whatever the judge. */
export function* offencesAt(resource: Resource, path: readonly (string | number)[], judge: Judge): Generator<Offence> {
  const property = propertyPath(path);
  for (const { value, assuming } of resource.property(...path)) {
    const message = complaint(value, judge);
    if (message !== undefined) yield { resource, property, message: assumed(message, assuming) };
  }
}

/** The complaint about one value; `can't be proven` where it isn't known. */
export function complaint(value: Value, judge: Judge): string | undefined {
  return value instanceof Unresolved ? unproven(value) : judge(value);
}

/** Judges a member of an object that was already read. */
export function* offencesIn(
  resource: Resource,
  property: string,
  value: Value,
  judge: Judge,
  assuming: readonly string[] = [],
): Generator<Offence> {
  const message = complaint(value, judge);
  if (message !== undefined) yield { resource, property, message: assumed(message, assuming) };
}

/** What to say of a value that nobody can know from the template. */
export function unproven(value: Unresolved): string {
  return `can't be proven: ${value.expression} at ${value.where}, ${value.reason}`;
}

/** A message with what was assumed for it. */
export function assumed(message: string, assuming: readonly string[]): string {
  return assuming.length === 0 ? message : `${message} (when ${assuming.join(', ')})`;
}

/** A judge of a switch that must be on. */
export function mustBeTrue(what: string): Judge {
  return (value) => (isTrue(value) ? undefined : `${what} is ${value === undefined ? 'not set' : 'not true'}`);
}

/** A member of an object that may itself be unknown. */
export function memberOf(value: Value, ...path: (string | number)[]): Value {
  let at = value;
  for (const step of path) {
    if (at instanceof Unresolved) return at;
    if (Array.isArray(at)) at = at[Number(step)];
    else if (isObject(at)) at = Object.hasOwn(at, String(step)) ? at[String(step)] : undefined;
    else return at === undefined || at === null ? undefined : new Unresolved(String(at), String(step), 'not an object');
  }
  return at;
}

/** Items of a list that was already read: one value where a list is expected is one item. */
export function listOf(value: Value): readonly Value[] {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? value : [value];
}

/** `Properties.A[0].B` */
export function propertyPath(path: readonly (string | number)[]): string {
  return path.reduce<string>(
    (at, step) => (typeof step === 'number' ? `${at}[${step}]` : `${at}.${step}`),
    'Properties',
  );
}

/** `Properties.X[0]` of `LogicalId.Properties.X[0]`. */
export function belowResource(resource: Resource, where: string): string {
  return where.startsWith(`${resource.logicalId}.`) ? where.slice(resource.logicalId.length + 1) : where;
}

/** Values of a property in all its branches, with what was assumed. */
export function valuesAt(resource: Resource, ...path: (string | number)[]): readonly Branch[] {
  return resource.property(...path).filter((branch) => branch.value !== undefined);
}

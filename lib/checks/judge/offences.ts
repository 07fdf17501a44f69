import { isFalse, isTrue, type Resource, Unresolved, type Value } from '../../template/index';
import type { Offence } from '../rule';
import { credentialIn, isNamedCredential } from './credential-text';

/** Says what is wrong with a known value; undefined when nothing is. */
export type Judge = (value: Value) => string | undefined;

/** Judges each possible value of a property. An unknown value is always an offence; the judge isn't asked. */
export function* offencesAt(resource: Resource, path: readonly (string | number)[], judge: Judge): Generator<Offence> {
  const property = propertyPath(path);
  for (const { value, assuming } of resource.property(...path)) {
    yield* offencesIn(resource, property, value, judge, assuming);
  }
}

/** Judges a value that was read before. */
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

/** What is wrong with a value: `can't be proven` where it isn't known, otherwise what the judge says. */
export function complaint(value: Value, judge: Judge): string | undefined {
  return value instanceof Unresolved ? unproven(value) : judge(value);
}

/** The message about a value that the template doesn't tell. */
export function unproven(value: Unresolved): string {
  return `can't be proven: ${value.expression} at ${value.where}, ${value.reason}`;
}

/** A message with the assumptions that it depends on. A parameter's value that is a credential isn't repeated. */
export function assumed(message: string, assuming: readonly string[]): string {
  return assuming.length === 0 ? message : `${message} (when ${assuming.map(withoutCredential).join(', ')})`;
}

function withoutCredential(assumption: string): string {
  const [, name, value, isDefault] = /^(\S+) = (.*?)( \(default\))?$/s.exec(assumption) ?? [];
  if (name === undefined || value === undefined) return assumption;
  if (!isNamedCredential(name, value) && credentialIn(value) === undefined) return assumption;
  return `${name} has ${isDefault === undefined ? 'one of its values' : 'its default'}`;
}

/**
 * The same without the values of parameters: one may be the secret that the message is about. A default isn't mentioned, because
 * the template contains it.
 */
export function assumedWithoutValues(message: string, assuming: readonly string[]): string {
  const names = assuming
    .filter((assumption) => !assumption.endsWith('(default)'))
    .map((assumption) => assumption.replace(/^(\S+) = .*$/s, '$1 has one of its values'));
  return assumed(message, [...new Set(names)]);
}

/** A judge of a switch that must be on. */
export function mustBeTrue(what: string): Judge {
  return (value) => (isTrue(value) ? undefined : `${what} is ${value === undefined ? 'not set' : 'not true'}`);
}

/** True for a switch that is off by default: absent or false. */
export function isOff(value: Value): boolean {
  return value === undefined || isFalse(value);
}

/** `Properties.A[0].B` */
function propertyPath(path: readonly (string | number)[]): string {
  return path.reduce<string>(
    (at, step) => (typeof step === 'number' ? `${at}[${step}]` : `${at}.${step}`),
    'Properties',
  );
}

/** Why a value isn't proven that a parameter's default gives: nobody has to take it. Undefined where no parameter decides. */
export function chosenBy(assuming: readonly string[]): string | undefined {
  const chosen = assuming.find((each) => each.endsWith('(default)'));
  return chosen === undefined ? undefined : `can't be proven: whoever deploys chooses ${chosen.split(' ')[0]}`;
}

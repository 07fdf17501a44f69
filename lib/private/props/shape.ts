import { CfnDynamicReference, SecretValue, Token, Tokenization } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { article, classNames, given } from './given';
import { nearestName } from './nearest-name';
import { placeOf, refusalOf } from './refusals';

/** What is wrong with a value. The message begins with the value's place, such as `props.models[0]`. @internal */
export interface Problem {
  readonly message: string;
  /** Where the value was made, if a factory made it. */
  readonly cause?: Error;
}

/**
 * What a prop or a parameter takes. TypeScript's types are gone at run time, and callers in JavaScript, and some in
 * Python, pass what they like: a wrong value must be refused, never ignored.
 * @internal
 */
export interface Shape<T> {
  /** What is taken and how it is written. It follows "must be": `a Duration, such as Duration.days(365)`. */
  readonly wanted: string;
  /** Whether the value may be left out. */
  readonly optional: boolean;
  /**
   * What is wrong with a value. Empty: nothing.
   * @param at where the value stands, such as `props.models[0]`
   */
  problems(value: unknown, at: string): Problem[];
  /** The shapes of an object's members, by name. Absent: not an object of named members. */
  readonly members?: { readonly [name: string]: Shape<unknown> };
  /** For the compiler only. */
  readonly takes?: T;
}

/** A shape for each member of an interface: the compiler refuses a description that forgets one. @internal */
export type Members<T> = {
  readonly [K in keyof T]-?: Shape<Exclude<T[K], undefined>> & {
    readonly optional: undefined extends T[K] ? true : false;
  };
};

/** A shape that must be given. @internal */
export type RequiredShape<T> = Shape<T> & { readonly optional: false };

/** Describes a value by a test on it. @internal */
export function shape<T>(
  wanted: string,
  taken: (value: unknown) => boolean,
  shown: (value: unknown) => string = given,
): RequiredShape<T> {
  return {
    wanted,
    optional: false,
    problems: (value, at) => (taken(value) ? [] : [wrong(wanted, value, at, shown)]),
  };
}

function wrong(wanted: string, value: unknown, at: string, shown = given): Problem {
  return {
    message:
      value === undefined ? `${at} is missing; it must be ${wanted}.` : `${at} must be ${wanted}; got ${shown(value)}.`,
  };
}

/** The same value, or none. `null` is refused: it would say nothing about what is meant. @internal */
export function optional<T>(inner: Shape<T>): Shape<T> & { readonly optional: true } {
  return {
    wanted: inner.wanted,
    optional: true,
    ...(inner.members === undefined ? {} : { members: inner.members }),
    problems: (value, at) => (value === undefined ? [] : inner.problems(value, at)),
  };
}

/** A string that is known at synthesis. @param example how it is written, without quotes @internal */
export function text(example: string): RequiredShape<string> {
  return written(example, (value) => typeof value === 'string' && !Token.isUnresolved(value));
}

/** A string, or a token of one. @param example how it is written, without quotes @internal */
export function textOrToken(example: string): RequiredShape<string> {
  return written(example, (value) => typeof value === 'string');
}

/** CloudFormation would replace a dynamic reference by what a secret or parameter holds, where it can be read. */
function written(example: string, fits: (value: unknown) => boolean): RequiredShape<string> {
  const isStored = (value: unknown) => typeof value === 'string' && storedValueIn(value);
  return shape(
    `a string, such as '${example}'`,
    (value) => fits(value) && !isStored(value),
    (value) => (isStored(value) ? 'a dynamic reference, or the value of a secret' : given(value)),
  );
}

function storedValueIn(text: string): boolean {
  return (
    text.includes('{{resolve:') ||
    Tokenization.reverseString(text).tokens.some(
      (token) => SecretValue.isSecretValue(token) || token instanceof CfnDynamicReference,
    )
  );
}

/** @internal */
export function flag(): RequiredShape<boolean> {
  return shape('true or false', (value) => typeof value === 'boolean');
}

/** A number that is known at synthesis. @internal */
export function number(example: number): RequiredShape<number> {
  return shape(`a number, such as ${example}`, (value) => Number.isFinite(value) && !Token.isUnresolved(value));
}

/** A number, or a token of one. @internal */
export function numberOrToken(example: number): RequiredShape<number> {
  return shape(`a number, such as ${example}`, (value) => Number.isFinite(value));
}

/** More members than this aren't listed in an error. */
const MOST_LISTED = 6;

/** A member of an enum. @param name how users write the enum @internal */
export function memberOf<T extends string | number>(
  name: string,
  members: { readonly [name: string]: T | string },
  example: string,
): RequiredShape<T> {
  // TypeScript lists the values of a numeric enum as keys too.
  const names = Object.keys(members).filter((key) => Number.isNaN(Number(key)));
  const written = names.map((key) => `${name}.${key}`).join(', ');
  const values = new Set<unknown>(names.map((key) => members[key]));
  return shape(
    names.length > MOST_LISTED ? `a member of ${name}, such as ${name}.${example}` : `one of ${written}`,
    (value) => values.has(value),
    (value) => (typeof value === 'string' && /^\w{1,40}$/.test(value) ? `"${value}"` : given(value)),
  );
}

/** @param example how it is written, without brackets @internal */
export function listOf<T>(item: Shape<T>, example: string): RequiredShape<T[]> {
  const wanted = `an array, such as [${example}]`;
  return {
    wanted,
    optional: false,
    problems: (value, at) =>
      Array.isArray(value)
        ? // Unlike flatMap, it visits holes.
          Array.from(value, (each: unknown, index) => item.problems(each, `${at}[${index}]`)).flat()
        : [wrong(wanted, value, at)],
  };
}

/** An object of values under names that users choose. @param example how it is written @internal */
export function mapOf<T>(item: Shape<T>, example: string): RequiredShape<{ readonly [name: string]: T }> {
  const wanted = `an object, such as ${example}`;
  return {
    wanted,
    optional: false,
    problems: (value, at) =>
      isStruct(value)
        ? Object.entries(value).flatMap(([name, each]) => item.problems(each, `${at}.${name}`))
        : [wrong(wanted, value, at)],
  };
}

/** An object of a class of this package. @param example how one is made @internal */
export function instanceOf<T extends object>(
  made: { readonly prototype: T; readonly name: string },
  example: string,
): RequiredShape<T> {
  const { name } = made;
  const wanted = `${article(name)} ${name}, such as ${example}`;
  return {
    wanted,
    optional: false,
    problems: (value, at) => {
      if (typeof value !== 'object' || value === null) return [wrong(wanted, value, at)];
      const refusal = refusalOf(value);
      if (Object.prototype.isPrototypeOf.call(made.prototype, value)) {
        return refusal ? [{ message: `${at}: ${refusal.message}`, cause: placeOf(refusal) }] : [];
      }
      if (refusal || !classNames(value).includes(name)) return [wrong(wanted, value, at)];
      return [
        {
          message: `${at} is ${article(name)} ${name} of another copy of cdk-hardened-agent; install one copy only ("npm ls cdk-hardened-agent" lists them).`,
        },
      ];
    },
  };
}

/**
 * An object of another package, known by members that it has: `instanceof` fails where an app has two copies of
 * aws-cdk-lib, and for objects that Python implements.
 * @internal
 */
export function having<T>(wanted: string, ...members: readonly string[]): RequiredShape<T> {
  return shape(wanted, (value) => hasMembers(value, members));
}

/** @internal */
export function hasMembers(value: unknown, members: readonly string[]): boolean {
  return typeof value === 'object' && value !== null && members.every((member) => member in value);
}

/**
 * An object of named members. A member that isn't named is refused: a typo in the name of a protection would drop the
 * protection.
 * @param example how it is written
 * @internal
 */
export function struct<T>(members: Members<T>, example: string): RequiredShape<T> {
  const wanted = `an object, such as ${example}`;
  const described = Object.entries<Shape<unknown>>(members);
  return {
    wanted,
    optional: false,
    members,
    problems: (value, at) => {
      if (!isStruct(value)) return [wrong(wanted, value, at)];
      return [
        ...unknownMembers(value, described, at),
        ...described.flatMap(([name, inner]) => inner.problems(value[name], `${at}.${name}`)),
      ];
    },
  };
}

/** An object of another package's interface, which checks its members itself. @internal */
export function foreignStruct<T>(example: string): RequiredShape<T> {
  return shape(`an object, such as ${example}`, isStruct);
}

function isStruct(value: unknown): value is { readonly [name: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !Construct.isConstruct(value);
}

type Described = readonly [name: string, shape: Shape<unknown>];

function unknownMembers(value: object, described: readonly Described[], at: string): Problem[] {
  const known = described.map(([name]) => name);
  return Object.entries(value)
    .filter(([name, member]) => !known.includes(name) && member !== undefined)
    .map(([name]) => {
      const write = placeBelow(name, described) ?? knownName(name, known.filter(isPublic));
      return { message: `${at}.${name} is unknown; ${write}` };
    });
}

/** A name may belong one level down: `shortRetention` is a member of `ledger`. */
function placeBelow(name: string, described: readonly Described[]): string | undefined {
  if (!isPublic(name)) return undefined;
  const places = described.filter(([, { members }]) => members !== undefined && Object.hasOwn(members, name));
  return places.length === 0 ? undefined : `write ${places.map(([place]) => `${place}: { ${name}: … }`).join(' or ')}.`;
}

function knownName(name: string, known: readonly string[]): string {
  const meant = nearestName(name, known);
  if (meant !== undefined) return `did you mean "${meant}"?`;
  return known.length === 1 ? `write ${known.join()}.` : `write one of ${known.join(', ')}.`;
}

/** Names with an underscore are for this package's own use. */
function isPublic(name: string): boolean {
  return !name.startsWith('_');
}

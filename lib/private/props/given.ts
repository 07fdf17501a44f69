import { Token } from 'aws-cdk-lib';

const TOKEN = 'a CDK token, which is known only at deployment';

/** Says what a value is by its type. It never repeats a value, which may be a secret. @internal */
export function given(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  // A token of a string or a number is a string or a number, too.
  if (typeof value !== 'object' && Token.isUnresolved(value)) return TOKEN;
  if (typeof value === 'string') return value === '' ? 'an empty string' : 'a string';
  if (typeof value === 'number') return Number.isFinite(value) ? 'a number' : String(value);
  if (typeof value === 'function') return givenFunction(value);
  if (typeof value !== 'object') return `a ${typeof value}`;
  if (Array.isArray(value)) return value.length === 0 ? 'an empty array' : 'an array';
  return givenObject(value);
}

function givenFunction(value: { readonly name: string }): string {
  const isClass = /^class\b/.test(Function.prototype.toString.call(value));
  return isClass ? `the class ${className(value)} itself` : 'a function';
}

function givenObject(value: object): string {
  if (value instanceof Promise) return 'a Promise; await it first';
  // The members of CDK's IResolvable.
  if ('resolve' in value && 'creationStack' in value) return TOKEN;
  const name = classNames(value).at(0);
  return name === undefined || name === 'Object' ? 'a plain object' : `${article(name)} ${name}`;
}

/** Names of an object's class and of the classes above it. @internal */
export function classNames(value: object): string[] {
  const names: string[] = [];
  for (let at: unknown = Object.getPrototypeOf(value); at !== null; at = Object.getPrototypeOf(at)) {
    const { constructor: made } = at as { constructor?: unknown };
    if (typeof made === 'function') names.push(className(made));
  }
  return names;
}

/** Where jsii's compiler writes a class's full name. */
const JSII_RTTI = Symbol.for('jsii.rtti');

/** aws-cdk-lib's build appends digits to the names of its classes. */
function className(made: { readonly name: string; readonly [JSII_RTTI]?: { readonly fqn?: string } }): string {
  const written = made[JSII_RTTI]?.fqn?.split('.').at(-1) ?? '';
  return made.name.replace(/\d+$/, '') === written.replace(/\d+$/, '') ? written : made.name;
}

/** `a` or `an`. @internal */
export function article(word: string): string {
  return /^([AEIO]|Http|S3)/i.test(word) ? 'an' : 'a';
}

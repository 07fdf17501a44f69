import { Construct } from 'constructs';
import { given } from './given';
import type { Problem, Shape } from './shape';

/**
 * Checks what a constructor was given, before anything is made. Node prints an uncaught error with the line of code where its
 * stack begins: that is the app's own line, which calls the constructor.
 * @param made the class
 * @throws Error with the construct's path and everything that is wrong
 * @internal
 */
export function checkConstruct<P>(
  made: ConstructClass,
  scope: unknown,
  id: unknown,
  props: unknown,
  shape: Shape<P>,
): void {
  const path = constructPath(made, scope, id);
  refuse(path, shape.problems(props, 'props'), made);
}

/** A class as a value, also one that is abstract or has a private constructor. */
type ConstructClass = abstract new (...args: never[]) => object;

/**
 * The path that a construct will have.
 * @throws Error when the scope is no construct, or the id no string
 */
function constructPath(made: ConstructClass, scope: unknown, id: unknown): string {
  const kind = made.name;
  if (!Construct.isConstruct(scope)) {
    throw errorFrom(made, `new ${kind}(scope, id): scope must be a construct, such as a stack; got ${given(scope)}.`);
  }
  const { path } = scope.node;
  if (typeof id !== 'string' || id === '') {
    throw errorFrom(made, `${path}: new ${kind}(scope, id): id must be a string, such as 'Agent'; got ${given(id)}.`);
  }
  return path === '' ? id : `${path}/${id}`;
}

/** Each parameter's shape and value. @internal */
export interface Arguments {
  readonly [parameter: string]: readonly [shape: Shape<unknown>, value: unknown];
}

/**
 * Checks what a method was given.
 * @param where the construct's path and the method, such as `Support/Agent: allow()`
 * @throws Error with everything that is wrong
 * @internal
 */
export function checkArguments(where: string, given: Arguments): void {
  const problems = Object.entries(given).flatMap(([parameter, [shape, value]]) => shape.problems(value, parameter));
  refuse(where, problems, checkArguments);
}

/** A function or a class. */
type Caller = Parameters<typeof Error.captureStackTrace>[1];

/** @param caller the function whose caller is where the stack begins */
function refuse(where: string, problems: readonly Problem[], caller: Caller): void {
  const [first, ...others] = problems;
  if (first === undefined) return;
  const message =
    others.length === 0
      ? `${where}: ${first.message}`
      : `${where}: ${problems.length} values are refused:\n${problems.map((each) => `  - ${each.message}`).join('\n')}`;
  const refusal = errorFrom(caller, message);
  // Only where there is one: Node prints every cause that an error has, also an undefined one.
  const cause = problems.find((each) => each.cause)?.cause;
  if (cause !== undefined) refusal.cause = cause;
  throw refusal;
}

function errorFrom(caller: Caller, message: string): Error {
  const error = new Error(message);
  Error.captureStackTrace(error, caller);
  return error;
}

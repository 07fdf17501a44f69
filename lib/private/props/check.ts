import { Construct } from 'constructs';
import { given } from './given';
import type { Problem, Shape } from './shape';

/**
 * Checks what a constructor was given, before anything is made.
 * @param kind the name of the class
 * @throws Error with the construct's path and everything that is wrong
 * @internal
 */
export function checkConstruct<P>(kind: string, scope: unknown, id: unknown, props: unknown, shape: Shape<P>): void {
  const path = constructPath(kind, scope, id);
  refuse(path, shape.problems(props, 'props'));
}

/**
 * The path that a construct will have.
 * @throws Error when the scope is no construct, or the id no string
 */
function constructPath(kind: string, scope: unknown, id: unknown): string {
  if (!Construct.isConstruct(scope)) {
    throw new Error(`new ${kind}(scope, id): scope must be a construct, such as a stack; got ${given(scope)}.`);
  }
  const { path } = scope.node;
  if (typeof id !== 'string' || id === '') {
    throw new Error(`${path}: new ${kind}(scope, id): id must be a string, such as 'Agent'; got ${given(id)}.`);
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
  refuse(where, problems);
}

function refuse(where: string, problems: readonly Problem[]): void {
  const [first, ...others] = problems;
  if (first === undefined) return;
  const message =
    others.length === 0
      ? `${where}: ${first.message}`
      : `${where}: ${problems.length} values are refused:\n${problems.map((each) => `  - ${each.message}`).join('\n')}`;
  const refusal = new Error(message);
  // Only where there is one: Node prints every cause that an error has, also an undefined one.
  const cause = problems.find((each) => each.cause)?.cause;
  if (cause !== undefined) refusal.cause = cause;
  throw refusal;
}

import type { Policy, Statement } from './policy';

/** Whether one of the policies denies it in each of its versions: a Deny that a condition of the template may take away counts for nothing. */
export function isCertainlyDenied(policies: readonly Policy[], denies: (statement: Statement) => boolean): boolean {
  return policies.some(({ alternatives }) =>
    alternatives.every((statements) =>
      statements.some((each) => each.effect === 'Deny' && each.unknown.length === 0 && denies(each)),
    ),
  );
}

import type { Construct } from 'constructs';

const named = new WeakSet<Construct>();

/**
 * Lets the library name a function or a state machine of its own, where something that is deployed earlier must name it. It names none of the app's:
 * a name that is added later replaces the resource.
 * @internal
 */
export function mayGetName(made: Construct): void {
  named.add(made);
}

/** @internal */
export function getsName(made: Construct | undefined): boolean {
  return made !== undefined && named.has(made);
}

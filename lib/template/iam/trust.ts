import type { Resource } from '../model/template';
import { type Policy, readPolicy } from './policy';

/** The policy that says who may take a role. */
export function trustOf(role: Resource): Policy {
  let known = KNOWN.get(role);
  if (known === undefined) {
    known = readPolicy('trust', role.path, role.property('AssumeRolePolicyDocument'));
    KNOWN.set(role, known);
  }
  return known;
}

/** Many rules ask this of every role. */
const KNOWN = new WeakMap<Resource, Policy>();

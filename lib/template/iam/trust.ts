import type { Resource } from '../model/template';
import { type Policy, readPolicy } from './policy';

/** The policy that says who may take a role. */
export function trustOf(role: Resource): Policy {
  return readPolicy('trust', role.path, role.property('AssumeRolePolicyDocument'));
}

import type { Resource, Template } from '../model/template';
import { type Policy, readPolicy } from './policy';

/** The policy that says who may take a role. */
export function trustOf(role: Resource): Policy {
  const ofTemplate = KNOWN.get(role.template) ?? new Map<Resource, Policy>();
  KNOWN.set(role.template, ofTemplate);
  const known = ofTemplate.get(role) ?? readPolicy('trust', role.path, role.property('AssumeRolePolicyDocument'));
  ofTemplate.set(role, known);
  return known;
}

/** Many rules ask this of every role. */
const KNOWN = new WeakMap<Template, Map<Resource, Policy>>();

import type { Finding } from '../../lib/checks/rule';

/** The key of the resource that a finding is in, as the resource itself has it. */
export function resourceKeyOf({ template, resource }: Pick<Finding, 'template' | 'resource'>): string {
  return `${template}#${resource}`;
}

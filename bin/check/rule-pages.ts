import type { Rule } from '../../lib/checks/rule';
import { repository } from '../../package.json';

/** The project's page. */
export const PROJECT_URL = repository.url.replace(/\.git$/, '');

/** Where a rule is described. */
export function pageOf({ id, severity }: Pick<Rule, 'id' | 'severity'>): string {
  return `${PROJECT_URL}/blob/main/docs/rules.md#${id.toLowerCase()}-${severity}`;
}

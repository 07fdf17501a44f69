import { describe, type Resource } from '../template';
import type { Access } from '../template/iam/access';
import type { Statement } from '../template/iam/policy';
import type { RuntimeParts } from './runtime-parts';

/** The runtime's stores and their keys. This library gives their parts every right in a role's policy, and none in a store's own. */
const STORE = /^(key of the )?(state|ledger|evidence|witness|publication|signing key|trail files)$/;

/**
 * What a store's own policy gives a part's role directly. Such a grant needs no policy of the role, so the exact rights of the
 * role don't hold it: a bucket's policy can open all entries to a gate whose role names its own agent's.
 */
export function grantsByStores(parts: RuntimeParts, accesses: readonly Access[]): { role: Resource; text: string }[] {
  const found = accesses.flatMap(({ role, target, grounds }) => {
    const part = parts.ofRole(role);
    if (part === undefined || !STORE.test(parts.placeOf(target) ?? '')) return [];
    return grounds
      .filter(({ statement }) => statement.principal !== undefined && !namesAccounts(statement.principal))
      .map(({ policy, sid }) => ({
        role,
        text: `${target.path}: its own policy ${policy} ${sid} admits the ${part.label}`,
      }));
  });
  return [...new Map(found.map((each) => [each.text, each])).values()];
}

/** Whether a statement names nothing but accounts, and so only delegates to policies of their roles. */
function namesAccounts({ negated, patterns }: NonNullable<Statement['principal']>): boolean {
  return !negated && patterns.every(({ value }) => /:root$/.test(describe(value)));
}

import { isTextual, Unresolved } from '../../../template';
import { identityPoliciesOf } from '../../../template/iam/collect';
import { matchAction } from '../../../template/iam/evaluate';
import { statementsOf } from '../../../template/iam/policy';
import { offencesAt } from '../../branches';
import type { Rule } from '../../rule';

/** Who may read a credential can't be given more by accident. */
export const credentialRoleBounded: Rule = {
  id: 'LeastPrivilegeCredentialRoleBounded',
  pillar: 'least-privilege',
  severity: 'error',
  holds: 'A role that may read a secret has a permissions boundary.',
  source: 'IAM User Guide, "Permissions boundaries for IAM entities"; NIST SP 800-53 AC-6(5)',
  fix: 'Set PermissionsBoundary to a managed policy with the few actions that this role can ever need.',
  *check(assembly) {
    const identities = identityPoliciesOf(assembly);
    for (const role of assembly.ofType('AWS::IAM::Role')) {
      const reads = identities
        .ofResource(role)
        .policies.flatMap(({ policy }) => statementsOf(policy))
        .some(
          (statement) =>
            statement.effect !== 'Deny' &&
            !statement.action.negated &&
            statement.action.patterns.some(
              (pattern) =>
                !(pattern instanceof Unresolved) && matchAction(pattern, 'secretsmanager:GetSecretValue') === 'true',
            ),
        );
      if (!reads) continue;
      yield* offencesAt(role, ['PermissionsBoundary'], (boundary) =>
        isTextual(boundary) ? undefined : 'may read a secret and has no permissions boundary',
      );
    }
  },
};

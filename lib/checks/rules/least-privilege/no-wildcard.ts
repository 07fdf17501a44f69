import { describe, Unresolved } from '../../../template';
import { identityPoliciesOf } from '../../../template/iam/collect';
import { statementsOf } from '../../../template/iam/policy';
import { assumed, unproven } from '../../judge/offences';
import { statementPath, widePartsOf } from '../../judge/statement-width';
import type { Rule } from '../../rule';

/** Every policy that grants something names its actions and resources, in any form of attachment. */
export const noWildcard: Rule = {
  id: 'LeastPrivilegeNoWildcard',
  pillar: 'least-privilege',
  severity: 'error',
  holds: 'No identity policy allows a wildcard action or every resource of a kind.',
  source:
    'IAM User Guide, "Security best practices in IAM: Apply least-privilege permissions"; CIS AWS Foundations 1.16; NIST SP 800-53 AC-6',
  fix: 'Name each action and the ARN of each resource. A wildcard may only follow a resource’s name: bucket/*, log-group:NAME:*.',
  *check(assembly) {
    const identities = identityPoliciesOf(assembly);
    for (const { policy, holder, property } of identities.all) {
      for (const statement of statementsOf(policy)) {
        for (const { member, message, detail } of widePartsOf(statement)) {
          const place = statement.unknown.length > 0 && member === 'Effect' ? '' : `.${member}`;
          yield { resource: holder, property: statementPath(property, statement) + place, message, detail };
        }
      }
    }
    for (const { holder, property, arn, assuming } of identities.foreign) {
      const message =
        arn instanceof Unresolved
          ? unproven(arn)
          : `can't be proven: what the policy ${describe(arn)} allows isn't in the template`;
      yield { resource: holder, property, message: assumed(message, assuming), detail: `Policy::${describe(arn)}` };
    }
  },
};

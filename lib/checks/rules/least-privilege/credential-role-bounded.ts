import { type Assembly, describe, isTextual, type Resource, Unresolved, type Value } from '../../../template';
import { identityPoliciesOf } from '../../../template/iam/collect';
import { matchAction } from '../../../template/iam/evaluate';
import { readPolicy, statementsOf } from '../../../template/iam/policy';
import { assumed, offencesAt, unproven } from '../../judge/branches';
import type { Rule } from '../../rule';

/** Who may read a credential can't be given more by accident. */
export const credentialRoleBounded: Rule = {
  id: 'LeastPrivilegeCredentialRoleBounded',
  pillar: 'least-privilege',
  severity: 'error',
  holds:
    'A role that may read a secret has a permissions boundary that bounds: it allows single actions, not whole services.',
  source: 'IAM User Guide, "Permissions boundaries for IAM entities"; NIST SP 800-53 AC-6(5)',
  fix: 'Set PermissionsBoundary to a managed policy of this app with the few actions that this role can ever need. Where an organization’s boundary took its place, acknowledge that one, or let it spare the connectors’ roles.',
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
      for (const { value, assuming } of role.property('PermissionsBoundary')) {
        const message = isTextual(value) ? faultOf(assembly, role, value) : undefined;
        if (message === undefined) continue;
        yield {
          resource: role,
          property: 'Properties.PermissionsBoundary',
          message: assumed(message, assuming),
          detail: describe(value),
        };
      }
    }
  },
};

/** Why a boundary doesn't bound, or isn't known to. */
function faultOf(assembly: Assembly, role: Resource, boundary: Value): string | undefined {
  const policy = assembly.find(boundary);
  const displaced = displacedBy(assembly, role);
  const place = displaced === undefined ? '' : `; it took the place of ${displaced.path}`;
  if (policy?.type !== 'AWS::IAM::ManagedPolicy') {
    return `can't be proven: what the boundary ${describe(boundary)} allows isn't in the template${place}`;
  }
  for (const statement of statementsOf(readPolicy(policy.logicalId, policy.path, policy.property('PolicyDocument')))) {
    if (statement.effect === 'Deny') continue;
    const [unknown] = statement.unknown;
    if (unknown !== undefined) return `${unproven(unknown)}${place}`;
    if (statement.action.negated) return `its boundary ${policy.path} allows all actions but some${place}`;
    for (const pattern of statement.action.patterns) {
      if (typeof pattern !== 'string') return `can't be proven: its boundary allows ${describe(pattern)}${place}`;
      // `ec2:*NetworkInterface*` is a group of actions; `ec2:*` is a service.
      if (/^(\*|[^:]*[*?][^:]*:.*|[^:]+:[*?]+)$/.test(pattern)) {
        return `its boundary ${policy.path} allows ${pattern}: it bounds nothing there${place}`;
      }
    }
  }
  return undefined;
}

/**
 * A managed policy beside the role that nobody uses any more: where an aspect set another boundary, the connector's own is
 * left over.
 */
function displacedBy(assembly: Assembly, role: Resource): Resource | undefined {
  const roles = assembly.ofType('AWS::IAM::Role', 'AWS::IAM::User', 'AWS::IAM::Group');
  return assembly.ofType('AWS::IAM::ManagedPolicy').find((policy) => {
    const scope = policy.path.split('/').slice(0, -2).join('/');
    const isUsed =
      ['Roles', 'Users', 'Groups'].some((member) => policy.items(member).length > 0) ||
      roles.some((holder) =>
        ['PermissionsBoundary', 'ManagedPolicyArns'].some((member) =>
          holder.items(member).some(({ value }) => assembly.find(value) === policy),
        ),
      );
    return scope.includes('/') && role.path.startsWith(`${scope}/`) && !isUsed;
  });
}

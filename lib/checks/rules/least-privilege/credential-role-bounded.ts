import { type Assembly, describe, isTextual, type Resource, Unresolved, type Value } from '../../../template';
import { identityPoliciesOf } from '../../../template/iam/collect';
import { matchAction } from '../../../template/iam/evaluate';
import { readPolicy, type Statement, statementsOf } from '../../../template/iam/policy';
import { replacedBoundaryOf } from '../../facts/boundaries';
import { isOfRuntime } from '../../facts/runtime-resources';
import { assumed, offencesAt, unproven } from '../../judge/offences';
import type { Rule } from '../../rule';

/** A role with a credential can't get more rights by accident. */
export const credentialRoleBounded: Rule = {
  id: 'LeastPrivilegeCredentialRoleBounded',
  pillar: 'least-privilege',
  severity: 'error',
  holds:
    'A role of a runtime that may read a secret has a permissions boundary that allows single actions, not whole services.',
  source: 'IAM User Guide, "Permissions boundaries for IAM entities"; NIST SP 800-53 AC-6(5)',
  fix: 'Set PermissionsBoundary to a managed policy of this app with the few actions that the role needs. If a boundary of your organization replaced it, acknowledge that boundary, or exclude the connectors’ roles from it.',
  lists: ['ASI03', 'MCP02:2025', 'NIST SP 800-53 AC-6'],
  insecure: template(''),
  secure: template(`      PermissionsBoundary: !Ref Boundary
`),
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
      if (!reads || !isOfRuntime(assembly, role)) continue;
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

/** Why a boundary doesn't limit the role; undefined when it does. */
function faultOf(assembly: Assembly, role: Resource, boundary: Value): string | undefined {
  const fault = boundaryFault(assembly, boundary);
  if (fault === undefined) return undefined;
  const replaced = replacedBoundaryOf(assembly, role);
  return replaced === undefined ? fault : `${fault}; it replaced ${replaced.path}`;
}

function boundaryFault(assembly: Assembly, boundary: Value): string | undefined {
  const policy = assembly.find(boundary);
  if (policy?.type !== 'AWS::IAM::ManagedPolicy') {
    return `can't be proven: what the boundary ${describe(boundary)} allows isn't in the template`;
  }
  const document = readPolicy(policy.logicalId, policy.path, policy.property('PolicyDocument'));
  return statementsOf(document)
    .filter(({ effect }) => effect !== 'Deny')
    .map((statement) => statementFault(policy, statement))
    .find((fault) => fault !== undefined);
}

function statementFault(policy: Resource, { action, unknown: [unknown] }: Statement): string | undefined {
  if (unknown !== undefined) return unproven(unknown);
  if (action.negated) return `its boundary ${policy.path} allows all actions except some`;
  for (const pattern of action.patterns) {
    if (typeof pattern !== 'string') return `can't be proven: its boundary allows ${describe(pattern)}`;
    // `ec2:*NetworkInterface*` is a group of actions; `ec2:*` is a service.
    if (/^(\*|[^:]*[*?][^:]*:.*|[^:]+:[*?]+)$/.test(pattern)) {
      return `its boundary ${policy.path} allows ${pattern}: that limits nothing`;
    }
  }
  return undefined;
}

/** The smallest app that the rule speaks of. */
function template(differing: string): string {
  return `Resources:
  Gate:
    Type: AWS::Lambda::Function
    Properties:
      Environment: { Variables: { AGENT_ROLE_NAME: agent, EXECUTOR_ARN_TICKETS: !GetAtt Tickets.Arn } }
  Tickets:
    Type: AWS::Lambda::Function
    Properties: { Role: !GetAtt Role.Arn }
  Role:
    Type: AWS::IAM::Role
    Properties:
${differing}      Policies:
        - PolicyName: credential
          PolicyDocument:
            Statement: [{ Effect: Allow, Action: secretsmanager:GetSecretValue, Resource: !Ref Secret }]
  Secret: { Type: AWS::SecretsManager::Secret }
  Boundary:
    Type: AWS::IAM::ManagedPolicy
    Properties:
      PolicyDocument:
        Statement: [{ Effect: Allow, Action: secretsmanager:GetSecretValue, Resource: "*" }]
`;
}

import { describe, isObject, listOf, type Resource, Unresolved, type Value } from '../../../template';
import { matchAction } from '../../../template/iam/evaluate';
import { type Statement, statementsOf } from '../../../template/iam/policy';
import { trustOf } from '../../../template/iam/trust';
import { unproven } from '../../judge/offences';
import { statementPath } from '../../judge/statement-width';
import type { Rule } from '../../rule';

/** Without a subject, every pod of the cluster, every repository or every user of the identity provider takes the role. */
export const trustNamesSubject: Rule = {
  id: 'LeastPrivilegeTrustNamesSubject',
  pillar: 'least-privilege',
  severity: 'error',
  holds:
    'A role that an identity provider hands out by a token names the subject in its trust policy, not only the audience.',
  source:
    'Amazon EKS User Guide, "Assign IAM roles to Kubernetes service accounts"; IAM User Guide, "Create a role for OpenID Connect federation"; NIST SP 800-53 AC-3, IA-9',
  fix: 'Add a condition StringEquals on the provider’s key :sub, such as system:serviceaccount:NAMESPACE:NAME or repo:OWNER/NAME:environment:NAME. For an identity pool, one on cognito-identity.amazonaws.com:aud.',
  lists: ['ASI03', 'NIST SP 800-53 AC-3'],
  insecure: `Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement:
          - Effect: Allow
            Action: sts:AssumeRoleWithWebIdentity
            Principal: { Federated: "arn:aws:iam::111122223333:oidc-provider/oidc.eks.eu-west-1.amazonaws.com/id/ONE" }
            Condition: { StringEquals: { "oidc.eks.eu-west-1.amazonaws.com/id/ONE:aud": sts.amazonaws.com } }
`,
  secure: `Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement:
          - Effect: Allow
            Action: sts:AssumeRoleWithWebIdentity
            Principal: { Federated: "arn:aws:iam::111122223333:oidc-provider/oidc.eks.eu-west-1.amazonaws.com/id/ONE" }
            Condition:
              StringEquals: { "oidc.eks.eu-west-1.amazonaws.com/id/ONE:sub": "system:serviceaccount:desk:agent" }
`,
  *check(assembly) {
    for (const role of assembly.ofType('AWS::IAM::Role')) {
      const trust = trustOf(role);
      for (const statement of statementsOf(trust)) {
        const message = handsOut(statement) ? subjectFault(role, statement) : undefined;
        if (message === undefined) continue;
        yield {
          resource: role,
          property: statementPath('Properties.AssumeRolePolicyDocument', statement),
          message,
        };
      }
    }
  },
};

function handsOut({ effect, action, principal }: Statement): boolean {
  return (
    effect !== 'Deny' &&
    principal?.negated === false &&
    principal.patterns.some(({ kind }) => kind === 'Federated') &&
    (action.negated || action.patterns.some((each) => matchAction(each, 'sts:AssumeRoleWithWebIdentity') === 'true'))
  );
}

function subjectFault(role: Resource, statement: Statement): string | undefined {
  const isPool =
    statement.principal?.patterns.some(({ value }) => /^cognito-identity\./.test(describe(value))) === true;
  const [key, what] = isPool ? [/:aud$/i, 'identity pool'] : [/:(sub|job_workflow_ref|repository)$/i, 'subject'];
  const named = statement.conditions.filter(
    (each) => key.test(each.key) && /^(ForAny\w+:)?String(Equals|Like)/i.test(each.operator),
  );
  const values = named.flatMap(({ values: all }) => all);
  const unknown = values.find((value) => value instanceof Unresolved);
  if (unknown instanceof Unresolved) return unproven(unknown);
  if (values.length > 0 && values.every((value) => !namesAnybody(value))) return undefined;
  if (values.length > 0) return `lets any ${what} take the role: ${values.map(describe).join(', ')}`;
  if (!isPool && isMadeAtDeployment(role, statement)) return undefined;
  return `names no ${what}: whoever has a token of the provider takes the role`;
}

/** `*`, `repo:*`, `system:serviceaccount:*:*`. */
function namesAnybody(value: Value): boolean {
  return describe(value)
    .split(/[:/]/)
    .every((part) => /^\*?$/.test(part) || /^(repo|system|serviceaccount|project_path)$/.test(part));
}

/** CDK writes the key, which holds the address of the cluster, into a resource of its own. */
function isMadeAtDeployment(role: Resource, { index }: Statement): boolean {
  return role.property('AssumeRolePolicyDocument', 'Statement').some(({ value }) => {
    const statement = listOf(value)[index];
    const condition = isObject(statement) && isObject(statement.Condition) ? statement.Condition : {};
    return Object.values(condition)
      .flatMap((keys) => (keys instanceof Unresolved ? (keys.expression.match(/[A-Za-z0-9]+/g) ?? []) : []))
      .flatMap((id) => role.template.resource(id) ?? [])
      .filter(({ type }) => type === 'Custom::AWSCDKCfnJson')
      .some((made) => made.property('Value').some(({ value: text }) => /:sub"/.test(describe(text))));
  });
}

import { type Assembly, type Resource, unknownIn, type Value } from '../../../template';
import type { ConditionEntry } from '../../../template/iam/condition';
import { type Statement, statementsOf } from '../../../template/iam/policy';
import { trustOf } from '../../../template/iam/trust';
import { managedRolesOf } from '../../facts/managed-agents';
import { statementPath } from '../../judge/statement-width';
import type { Offence, Rule } from '../../rule';

/** Without such a condition, Bedrock could be led to use the role for a resource of another account. */
export const serviceTrustBounded: Rule = {
  id: 'LeastPrivilegeServiceTrustBounded',
  pillar: 'least-privilege',
  severity: 'warning',
  holds: 'The role of a managed agent trusts Bedrock only for resources of its own account.',
  source:
    'Amazon Bedrock User Guide and AgentCore Developer Guide, "Cross-service confused deputy prevention"; IAM User Guide, "The confused deputy problem"; NIST SP 800-53 AC-3',
  fix: 'Give the trust policy’s statement a Condition: StringEquals aws:SourceAccount = your account, and ArnLike aws:SourceArn = the ARNs of the agents that use the role.',
  lists: ['ASI03', 'NIST SP 800-53 AC-3'],
  insecure: `Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement: [{ Effect: Allow, Principal: { Service: bedrock-agentcore.amazonaws.com }, Action: 'sts:AssumeRole' }]
  Desk:
    Type: AWS::BedrockAgentCore::Runtime
    Properties: { RoleArn: !GetAtt Role.Arn }
`,
  secure: `Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement:
          - Effect: Allow
            Principal: { Service: bedrock-agentcore.amazonaws.com }
            Action: sts:AssumeRole
            Condition: { StringEquals: { 'aws:SourceAccount': !Ref 'AWS::AccountId' } }
  Desk:
    Type: AWS::BedrockAgentCore::Runtime
    Properties: { RoleArn: !GetAtt Role.Arn }
`,
  *check(assembly) {
    for (const role of trustedRoles(assembly)) yield* unboundedTrust(role);
  },
};

function trustedRoles(assembly: Assembly): ReadonlySet<Resource> {
  return new Set(managedRolesOf(assembly).flatMap(({ role }) => role ?? []));
}

function* unboundedTrust(role: Resource): Generator<Offence> {
  const property = 'Properties.AssumeRolePolicyDocument';
  const policy = trustOf(role);
  for (const statement of statementsOf(policy)) {
    if (statement.effect === 'Deny' || !trustsBedrock(statement) || statement.conditions.some(namesSource)) continue;
    const message = 'Bedrock may assume the role for anybody’s resources: no condition names the account or the agent';
    yield { resource: role, property: statementPath(property, statement), message };
  }
}

function trustsBedrock({ principal }: Statement): boolean {
  return (
    principal?.negated === false &&
    principal.patterns.some(
      ({ kind, value }) =>
        kind === 'Service' && typeof value === 'string' && /^bedrock(-agentcore)?\.amazonaws\./.test(value),
    )
  );
}

/** A condition holds only as far as its values say: `*` names everybody, and IfExists holds where the key is missing. */
function namesSource({ operator, key, values }: ConditionEntry): boolean {
  return (
    /^(String|Arn)(Equals|Like|EqualsIgnoreCase)$/.test(operator) &&
    /^aws:Source(Account|Arn|OrgId|OrgPaths)$/i.test(key) &&
    values.length > 0 &&
    values.every((value) => unknownIn(value) === undefined && !namesAnybody(value))
  );
}

function namesAnybody(value: Value): boolean {
  return typeof value === 'string' && /^(\*|arn:[^:]*:[^:]*:[^:]*:\*(:.*)?)$/.test(value);
}

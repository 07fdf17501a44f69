import { describe } from '../../../template';
import { type ForeignPolicy, identityPoliciesOf, type PlacedPolicy } from '../../../template/iam/collect';
import { statementsOf } from '../../../template/iam/policy';
import { concernsAgents } from '../../facts/agent-surroundings';
import { type ResourceGrant, resourceGrantsOf } from '../../facts/resource-grants';
import { managedPolicyFault } from '../../judge/managed-policies';
import { assumed } from '../../judge/offences';
import { isOfServiceRole } from '../../judge/service-role-rights';
import { statementPath, widePartsOf } from '../../judge/statement-width';
import type { Offence, Rule } from '../../rule';

/** Every policy that grants something names its actions and resources, in any form of attachment. */
export const noWildcard: Rule = {
  id: 'LeastPrivilegeNoWildcard',
  pillar: 'least-privilege',
  severity: 'error',
  holds:
    'Where an agent is, or may be, no identity policy allows every resource of a kind, or a wildcard action that covers more than reads or one action in its variants; nor does a resource’s own policy allow such a wildcard to an agent’s role.',
  source:
    'IAM User Guide, "Security best practices in IAM: Apply least-privilege permissions"; CIS AWS Foundations 1.16; NIST SP 800-53 AC-6',
  fix: 'Name each action and the ARN of each resource. A wildcard may only follow a resource’s name and a separator: bucket/*, log-group:NAME:*. Actions that AWS authorizes without a resource need a statement of their own.',
  lists: ['ASI03', 'LLM06:2025', 'NIST SP 800-53 AC-6', 'CIS AWS 1.16'],
  insecure: `Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement: [{ Effect: Allow, Principal: { Service: lambda.amazonaws.com }, Action: sts:AssumeRole }]
      Policies:
        - PolicyName: tickets
          PolicyDocument:
            Statement: [{ Effect: Allow, Action: dynamodb:*, Resource: '*' }]
`,
  secure: `Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement: [{ Effect: Allow, Principal: { Service: lambda.amazonaws.com }, Action: sts:AssumeRole }]
      Policies:
        - PolicyName: tickets
          PolicyDocument:
            Statement:
              - Effect: Allow
                Action: [dynamodb:GetItem, dynamodb:UpdateItem]
                Resource: !Sub arn:\${AWS::Partition}:dynamodb:\${AWS::Region}:\${AWS::AccountId}:table/tickets
`,
  *check(assembly) {
    const identities = identityPoliciesOf(assembly);
    const isOfAgents = concernsAgents(assembly);
    for (const placed of identities.all) if (isOfAgents(placed.holder)) yield* widthOffences(placed);
    for (const attached of identities.foreign) if (isOfAgents(attached.holder)) yield* attachedOffences(attached);
    for (const grant of resourceGrantsOf(assembly)) yield* grantOffences(grant);
  },
};

function* widthOffences({ policy, holder, property }: PlacedPolicy): Generator<Offence> {
  for (const statement of statementsOf(policy)) {
    for (const { member, message, detail } of widePartsOf(statement)) {
      if (member === 'Resource' && isOfServiceRole({ holder }, statement)) continue;
      const place = statement.unknown.length > 0 && member === 'Effect' ? '' : `.${member}`;
      yield { resource: holder, property: statementPath(property, statement) + place, message, detail };
    }
  }
}

/** A resource's own policy is about that resource, so only its actions can be too wide. */
function* grantOffences({ statement, holder, property }: ResourceGrant): Generator<Offence> {
  for (const { member, message, detail } of widePartsOf(statement)) {
    if (member !== 'Action' && member !== 'NotAction') continue;
    yield { resource: holder, property: `${property}.${member}`, message: `${message} to an agent’s role`, detail };
  }
}

function* attachedOffences(attached: ForeignPolicy): Generator<Offence> {
  const { holder, property, arn, assuming } = attached;
  const message = managedPolicyFault(attached);
  if (message === undefined) return;
  yield { resource: holder, property, message: assumed(message, assuming), detail: `Policy::${describe(arn)}` };
}

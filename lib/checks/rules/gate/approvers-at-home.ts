import type { Assembly, Resource } from '../../../template';
import { outsidersNamedIn } from '../../../template/iam/outsiders';
import { trustOf } from '../../../template/iam/trust';
import { rolesOfPeople } from '../../facts/people-roles';
import type { Offence, Rule } from '../../rule';

/** Who may take the approvers’ role decides about every call. In another account, others decide who that is. */
export const approversAtHome: Rule = {
  id: 'GateApproversAtHome',
  pillar: 'gate',
  severity: 'error',
  holds:
    'The people who decide about calls, and those who operate agents, take their roles from this account, unless somebody acknowledged the other account with a reason.',
  source:
    'IAM User Guide, "Access to AWS accounts owned by third parties" and "Cross-account resource access in IAM"; NIST SP 800-53 AC-2, AC-6(5)',
  fix: 'Name people of this account in the role’s trust policy. If your people sign in in an account of identities, acknowledge that account and say who may take roles there.',
  lists: ['ASI03', 'NIST SP 800-53 AC-2', 'NIST SP 800-53 AC-6'],
  insecure: `Resources:
  Decide:
    Type: AWS::Lambda::Function
    Properties:
      Environment: { Variables: { APPROVER_ROLE_NAME: !Ref Approvers } }
  Approvers:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement:
          - { Effect: Allow, Action: 'sts:AssumeRole', Principal: { AWS: 'arn:aws:iam::999988887777:root' } }
`,
  secure: `Resources:
  Decide:
    Type: AWS::Lambda::Function
    Properties:
      Environment: { Variables: { APPROVER_ROLE_NAME: !Ref Approvers } }
  Approvers:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement:
          - { Effect: Allow, Action: 'sts:AssumeRole', Principal: { AWS: !Ref 'AWS::AccountId' } }
`,
  *check(assembly) {
    for (const role of rolesOfPeople(assembly)) yield* offencesOf(assembly, role);
  },
};

function* offencesOf(assembly: Assembly, role: Resource): Generator<Offence> {
  const policy = trustOf(role);
  for (const who of outsidersNamedIn(assembly, policy, role)) {
    yield {
      resource: role,
      property: 'Properties.AssumeRolePolicyDocument',
      message: `${who === 'anybody' ? 'anybody, or somebody who can’t be known,' : `${who}, of another account,`} may decide about calls or operate agents`,
      detail: who,
    };
  }
}

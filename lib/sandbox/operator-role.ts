import { Duration } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { ApproverName } from '../approvals/approver-name';
import { groupProblem, OnlyStatements, personTrust, principalProblem } from '../private/person-trust';
import type { OperatorOptions } from './operator-options';

/**
 * The break-glass role of people who stop agents. It may call the operators' API and nothing else: it approves nothing and reads
 * no ledger. Its session name is the person, as for approvers.
 * @throws Error when there are neither groups nor principals, or a group isn't an exact value
 * @internal
 */
export function createOperatorRole(
  scope: Construct,
  {
    operatorGroups: groups = [],
    operatorPrincipals: principals = [],
    operatorName: proof = ApproverName.iamUser(),
  }: OperatorOptions,
): iam.Role {
  const { path } = scope.node;
  if (groups.length === 0 && principals.length === 0) {
    throw new Error(
      `${path}: nobody could stop the agent; write operatorGroups: ['support-oncall'], or operatorPrincipals`,
    );
  }
  const problem =
    groupProblem(groups, 'an operator group') ??
    principalProblem(scope, proof, principals, {
      who: 'operator',
      principals: 'operatorPrincipals',
      name: 'operatorName',
    });
  if (problem !== undefined) throw new Error(`${path}: ${problem}`);
  const role = new iam.Role(scope, 'Role', {
    description: 'People who stop sessions and connectors of an agent; the session name is the person',
    assumedBy: new OnlyStatements(),
    maxSessionDuration: Duration.hours(1),
  });
  role.assumeRolePolicy?.addStatements(personTrust(scope, { groups, principals, groupTag: 'operator-group', proof }));
  return role;
}

import type * as iam from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { createPersonRole } from '../private/person-role';
import type { OperatorOptions } from './operator-options';

/**
 * The break-glass role of people who stop agents. It may call the operators' API and nothing else: it approves nothing and reads
 * no ledger. Its session name is the person, as for approvers.
 * @throws Error when there are neither groups nor principals, or they don't tell people apart
 * @internal
 */
export function createOperatorRole(scope: Construct, options: OperatorOptions): iam.Role {
  return createPersonRole(scope, {
    who: 'operator',
    deed: 'stop the agent',
    exampleGroup: 'support-oncall',
    description: 'People who stop sessions and connectors of an agent; the session name is the person',
    groups: options.operatorGroups,
    principals: options.operatorPrincipals,
    groupTag: 'operator-group',
    proof: options.operatorName,
  });
}

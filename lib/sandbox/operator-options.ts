import type * as iam from 'aws-cdk-lib/aws-iam';
import type { ApproverName } from '../approvals/approver-name';

/** Who may stop sessions and connectors in an emergency. */
export interface OperatorOptions {
  /**
   * Values of the principal tag `operator-group`. Principals that have one of them may assume the role. Your identity provider
   * sets the tag. Anyone who can set it decides who stops agents.
   * @default - no groups; `operatorPrincipals` is required then
   */
  readonly operatorGroups?: string[];
  /**
   * Principals that may assume the operator role. The conditions on group and name apply to them too.
   * @default - principals of this account that have one of the groups
   */
  readonly operatorPrincipals?: iam.IPrincipal[];
  /**
   * What proves an operator's name, as for approvers.
   * @default ApproverName.iamUser()
   */
  readonly operatorName?: ApproverName;
}

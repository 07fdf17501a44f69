import type * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { createPersonRole } from '../private/person-role';
import { PRINCIPAL } from '../private/props/cdk-shapes';
import { checkConstruct } from '../private/props/check';
import { instanceOf, listOf, type Members, optional, struct, textOrToken } from '../private/props/shape';
import { ApproverName } from './approver-name';

/** Who may decide. */
export interface ApproverRoleProps {
  /**
   * Values of the principal tag `groupTag`. Principals that have one of them may assume the role. Your identity provider
   * sets the tag (IAM Identity Center: attributes for access control; SAML and OIDC: session tags), or you tag IAM users.
   * Anyone who can set these tags decides who approves, so restrict `iam:TagUser`, `iam:TagRole` and the provider's mapping.
   * @default - no groups; `approverPrincipals` is required then
   */
  readonly approverGroups?: string[];

  /**
   * Principals that may assume the role. The conditions on group and name apply to them too.
   * @default - principals of this account whose own policies allow sts:AssumeRole on the role
   */
  readonly approverPrincipals?: iam.IPrincipal[];

  /**
   * Key of the principal tag that holds an approver's group.
   * @default 'approver-group'
   */
  readonly groupTag?: string;

  /**
   * What proves an approver's name: one way for everybody. For people who sign in with a role:
   * `ApproverName.principalTag('approver-name', { signInRoles: [...] })`.
   * @default ApproverName.iamUser()
   */
  readonly approverName?: ApproverName;
}

/** Groups and principals, as a runtime takes them too. @internal */
export const APPROVERS: Members<Pick<ApproverRoleProps, 'approverGroups' | 'approverPrincipals' | 'approverName'>> = {
  approverName: optional(instanceOf(ApproverName, "ApproverName.principalTag('approver-name')")),
  approverGroups: optional(listOf(textOrToken('support-leads'), "'support-leads'")),
  approverPrincipals: optional(listOf(PRINCIPAL, 'role')),
};

/** @internal */
export const APPROVER_ROLE_PROPS: Members<ApproverRoleProps> = {
  ...APPROVERS,
  groupTag: optional(textOrToken('approver-group')),
};

/** How approvers are written. @internal */
export const APPROVERS_EXAMPLE = "{ approverGroups: ['support-leads'] }";

const PROPS = struct<ApproverRoleProps>(APPROVER_ROLE_PROPS, APPROVERS_EXAMPLE);

/**
 * The role of people who decide. It may call the approval desk and nothing else. Its session name identifies the person:
 * the trust policy admits only session names that the caller can't choose, by the one proof of `approverName`. So nobody can decide
 * under two names, or under somebody else's.
 *
 * Nobody can pass session tags when assuming it: it doesn't admit `sts:TagSession`.
 *
 * Limitations: a tag has one value, so for a person in several approver groups the tag must name one of them.
 *
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html#ck_rolesessionname,
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html
 */
export class ApproverRole extends Construct {
  public readonly role: iam.Role;

  /**
   * @throws Error when there are neither groups nor principals, a group isn't an exact value, the proof of names isn't worth anything
   * for the principals, or one of them is the role of a service
   */
  constructor(scope: Construct, id: string, props: ApproverRoleProps) {
    checkConstruct(ApproverRole, scope, id, props, PROPS);
    super(scope, id);
    this.role = createPersonRole(this, {
      who: 'approver',
      deed: 'approve a call',
      exampleGroup: 'support-leads',
      description: 'People who decide about tool calls of agents; the session name is the person',
      groups: props.approverGroups,
      principals: props.approverPrincipals,
      groupTag: props.groupTag ?? 'approver-group',
      proof: props.approverName,
    });
  }
}

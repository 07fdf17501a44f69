import { Stack, Token } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';

/** Who may assume a role of people. @internal */
export interface PersonTrust {
  /** Values of the principal tag `groupTag`. */
  readonly groups: readonly string[];
  /** Empty: principals of this account whose own policies allow it. */
  readonly principals: readonly iam.IPrincipal[];
  readonly groupTag: string;
  readonly nameTag: string;
}

/**
 * The whole trust policy of a role of people. It admits only session names that the caller can't choose, so that the session
 * name is the person: the name of an IAM user, the value of the name tag, or the source identity that an identity provider set.
 *
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html#ck_rolesessionname
 * @internal
 */
export function personTrust(scope: Construct, trust: PersonTrust): iam.PolicyStatement[] {
  const { groups, principals, groupTag, nameTag } = trust;
  const inGroup = groups.length > 0 ? { [`aws:PrincipalTag/${groupTag}`]: [...groups] } : {};
  // A policy variable that the caller doesn't have matches nothing.
  // biome-ignore-start lint/suspicious/noTemplateCurlyInString: IAM policy variables look like template strings.
  const proofs = [
    { sid: 'NamedByIamUser', name: '${aws:username}' },
    { sid: 'NamedByTag', name: `\${aws:PrincipalTag/${nameTag}}` },
    { sid: 'NamedBySourceIdentity', name: '${aws:SourceIdentity}' },
  ];
  // biome-ignore-end lint/suspicious/noTemplateCurlyInString: see above.
  const trusted = principals.length > 0 ? [...principals] : [new iam.AccountPrincipal(Stack.of(scope).account)];
  return proofs.map(
    ({ sid, name }) =>
      new iam.PolicyStatement({
        sid,
        principals: trusted,
        // A session that has a source identity can assume a role only if that admits sts:SetSourceIdentity.
        actions: ['sts:AssumeRole', 'sts:SetSourceIdentity'],
        conditions: { StringEquals: { ...inGroup, 'sts:RoleSessionName': name } },
      }),
  );
}

/** What is wrong with the groups: each must be an exact value of a tag. @internal */
export function groupProblem(groups: readonly string[], what: string): string | undefined {
  if (groups.some((group) => Token.isUnresolved(group))) {
    return `${what} is known only at deployment, so it can't be checked for wildcards; write its value out`;
  }
  if (groups.some((group) => group === '' || /[*?$]/.test(group))) {
    return `${what} is the exact value of a tag; write it without *, ? and $`;
  }
  return undefined;
}

/**
 * CDK wants a principal for every role. This one adds nothing, so that statements are the whole trust policy.
 * @internal
 */
export class OnlyStatements extends iam.PrincipalBase {
  public readonly policyFragment = new iam.PrincipalPolicyFragment({});

  public addToAssumeRolePolicy(): void {
    // The statements name their principals themselves.
  }

  public dedupeString(): string | undefined {
    return undefined;
  }
}

import { fromFactory } from '../private/props/from-factory';
import { listOf, optional, struct, text, textOrToken } from '../private/props/shape';

/** The roles that people sign in with. */
export interface ApproverSignInRoles {
  /**
   * Patterns of the roles' ARNs, in addition to `approverPrincipals`. `*` stands for any text. The last part must name the role:
   * `arn:aws:iam::*:role/aws-reserved/sso.amazonaws.com/*AWSReservedSSO_Approvers_*`.
   * @default - the roles of `approverPrincipals`
   */
  readonly signInRoles?: string[];
}

const SSO = 'arn:aws:iam::*:role/aws-reserved/sso.amazonaws.com/*AWSReservedSSO_Approvers_*';
const OPTIONS = struct<ApproverSignInRoles>(
  { signInRoles: optional(listOf(text(SSO), `'${SSO}'`)) },
  `{ signInRoles: ['${SSO}'] }`,
);

/**
 * What proves an approver's name. A deployment has exactly one proof: with two, a person could take one name by each.
 *
 * A principal tag and a source identity are worth as much as the role that they were set on, because whoever may assume a role with
 * `sts:TagSession` or `sts:SetSourceIdentity` chooses them. So those proofs count only for the roles that your identity provider signs people in with.
 */
export class ApproverName {
  /** The name of an IAM user. No role session has one. */
  public static iamUser(): ApproverName {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: IAM policy variables look like template strings.
    return new ApproverName('IamUser', '${aws:username}', undefined);
  }

  /**
   * A principal tag that the identity provider sets when a person signs in, such as IAM Identity Center's attributes for access
   * control. The trust policy of the sign-in role must admit `sts:TagSession` for the provider, and for nobody else.
   * @param tag key of the tag, such as `approver-name`
   */
  public static principalTag(tag: string, options: ApproverSignInRoles = {}): ApproverName {
    return fromFactory(
      ApproverName,
      'ApproverName.principalTag',
      { tag: [textOrToken('approver-name'), tag], options: [OPTIONS, options] },
      () => {
        if (!/^[\w.:/=+@-]{1,128}$/.test(tag)) {
          throw new Error(
            `"${tag}" is no key of a tag; write letters, digits and . : / = + @ - _, such as approver-name`,
          );
        }
        return new ApproverName('Tag', `\${aws:PrincipalTag/${tag}}`, rolesOf(options));
      },
    );
  }

  /** The source identity that the identity provider sets when a person signs in. */
  public static sourceIdentity(options: ApproverSignInRoles = {}): ApproverName {
    return fromFactory(ApproverName, 'ApproverName.sourceIdentity', { options: [OPTIONS, options] }, () => {
      // biome-ignore lint/suspicious/noTemplateCurlyInString: IAM policy variables look like template strings.
      return new ApproverName('SourceIdentity', '${aws:SourceIdentity}', rolesOf(options));
    });
  }

  private constructor(
    /** @internal */
    public readonly _proof: 'IamUser' | 'Tag' | 'SourceIdentity',
    /** The IAM policy variable. @internal */
    public readonly _variable: string,
    /** Undefined: no role session has such a name. @internal */
    public readonly _signInRoles: readonly string[] | undefined,
  ) {}
}

function rolesOf({ signInRoles = [] }: ApproverSignInRoles): readonly string[] {
  const loose = signInRoles.find((pattern) => !isPinned(pattern));
  if (loose === undefined) return signInRoles;
  throw new Error(
    `signInRoles: "${loose}" would admit roles that anybody may create; name the role, such as ${SSO}, or its path, of the accounts where people sign in`,
  );
}

/** The account is given, or the path is one that only AWS creates roles in; and the role's name is given, at least its beginning. */
function isPinned(pattern: string): boolean {
  const [, account = '', name = ''] = /^arn:aws[a-z-]*:iam::(\d{12}|\*):role\/(.+)$/.exec(pattern) ?? [];
  const reserved = name.startsWith('aws-reserved/sso.amazonaws.com/');
  const last = (name.split('/').at(-1) ?? '').replace(reserved ? /^\*/ : /^$/, '');
  return (account !== '*' || reserved) && /^[\w+=,.@-]{3,}/.test(last) && !name.includes('?');
}

import { Duration, Stack, Token } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { ApproverName } from '../approvals/approver-name';

/** Who may assume a role of people. The props of the construct begin with `who`: `approverGroups`, `approverPrincipals`, `approverName`. @internal */
export interface People {
  readonly who: 'approver' | 'operator';
  /** What they do with the role, such as `approve a call`. */
  readonly deed: string;
  /** A group to write in an error message. */
  readonly exampleGroup: string;
  readonly description: string;
  /** Values of the principal tag `groupTag`. */
  readonly groups?: readonly string[] | undefined;
  /** @default - principals of this account whose own policies allow it */
  readonly principals?: readonly iam.IPrincipal[] | undefined;
  readonly groupTag: string;
  /** What proves a person's name. @default ApproverName.iamUser() */
  readonly proof?: ApproverName | undefined;
}

/**
 * A role of people, for one hour. Its session name is the person: it admits only names that the caller can't choose.
 * @throws Error when there are neither groups nor principals, a group isn't an exact value, the proof of names isn't worth anything
 * for the principals, or one of them isn't a person
 * @internal
 */
export function createPersonRole(scope: Construct, people: People): iam.Role {
  const { who, deed, exampleGroup, groups = [], principals = [], proof = ApproverName.iamUser() } = people;
  const problem =
    groups.length === 0 && principals.length === 0
      ? `nobody could ${deed}; write ${who}Groups: ['${exampleGroup}'], or ${who}Principals`
      : (groupProblem(groups, who) ?? principalProblem(scope, proof, principals, who));
  if (problem !== undefined) throw new Error(`${scope.node.path}: ${problem}`);
  const role = new iam.Role(scope, 'Role', {
    description: people.description,
    assumedBy: new OnlyStatements(),
    maxSessionDuration: Duration.hours(1),
  });
  role.assumeRolePolicy?.addStatements(personTrust(scope, { groups, principals, groupTag: people.groupTag, proof }));
  return role;
}

interface PersonTrust {
  readonly groups: readonly string[];
  readonly principals: readonly iam.IPrincipal[];
  readonly groupTag: string;
  readonly proof: ApproverName;
}

/**
 * The whole trust policy of a role of people. It admits only session names that the caller can't choose, so that the session
 * name is the person.
 *
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html#ck_rolesessionname
 */
function personTrust(scope: Construct, trust: PersonTrust): iam.PolicyStatement {
  const { groups, principals, groupTag, proof } = trust;
  const inGroup = groups.length > 0 ? { [`aws:PrincipalTag/${groupTag}`]: [...groups] } : {};
  const { _proof, _variable, _signInRoles: pinned = [] } = proof;
  return new iam.PolicyStatement({
    sid: `NamedBy${_proof}`,
    principals: principals.length > 0 ? [...principals] : [new iam.AccountPrincipal(Stack.of(scope).account)],
    // A session that has a source identity can assume a role only if that admits sts:SetSourceIdentity.
    actions: _proof === 'IamUser' ? ['sts:AssumeRole'] : ['sts:AssumeRole', 'sts:SetSourceIdentity'],
    conditions: {
      // A policy variable that the caller doesn't have matches nothing.
      StringEquals: { ...inGroup, 'sts:RoleSessionName': _variable },
      ...(pinned.length > 0 ? { ArnLike: { 'aws:PrincipalArn': pinned } } : {}),
    },
  });
}

/** What is wrong with the groups: each must be an exact value of a tag. */
function groupProblem(groups: readonly string[], who: People['who']): string | undefined {
  const what = `an ${who} group`;
  if (groups.some((group) => Token.isUnresolved(group))) {
    return `${what} is known only at deployment, so it can't be checked for wildcards; write its value out`;
  }
  if (groups.some((group) => group === '' || /[*?$]/.test(group))) {
    return `${what} is the exact value of a tag; write it without *, ? and $`;
  }
  return undefined;
}

/** Why people of these principals can't be told apart by this proof, or aren't people. Undefined: they can. */
function principalProblem(
  scope: Construct,
  { _proof, _signInRoles }: ApproverName,
  principals: readonly iam.IPrincipal[],
  who: People['who'],
): string | undefined {
  const [prop, name] = [`${who}Principals`, `${who}Name`];
  if (principals.some(({ policyFragment }) => policyFragment.principalJson.Service !== undefined)) {
    return `${prop} names a service, so a machine would decide; name roles that people sign in with`;
  }
  const service = roleOfService(scope, principals);
  if (service) {
    return `the ${who} ${service.node.path} is the role of a service, so a machine would decide; name roles that people sign in with`;
  }
  if (principals.some(isEverybody)) {
    return `${prop} names everybody, and whoever has an account of AWS makes users, roles and tags in it; name accounts or roles, or add the condition aws:PrincipalOrgID`;
  }
  if (_proof === 'IamUser') {
    return principals.some(isRole)
      ? `${prop} names a role, whose sessions have no name of an IAM user, so nobody of it could be told apart; write ${name}: ApproverName.principalTag('${who}-name') or ApproverName.sourceIdentity()`
      : undefined;
  }
  if (_signInRoles?.length || (principals.length > 0 && principals.every(isRole))) return undefined;
  return `any role of the account could carry the name of an ${who}; name the roles that people sign in with, in ${prop} or as signInRoles of ${name}`;
}

function isRole(principal: iam.IPrincipal): boolean {
  if (principal instanceof iam.ArnPrincipal) return /:role\/[^*?]+$/.test(principal.arn);
  return iam.Role.isRole(principal) || Construct.isConstruct(principal);
}

/** A role of the app that a service assumes. It counts by its ARN, so another view of it is the same role. */
function roleOfService(scope: Construct, principals: readonly iam.IPrincipal[]): iam.Role | undefined {
  const arns = principals.flatMap(({ policyFragment }) => policyFragment.principalJson.AWS ?? []);
  const roles = scope.node.root.node.findAll().filter((construct) => iam.Role.isRole(construct));
  return [...principals.filter((principal) => iam.Role.isRole(principal)), ...roles].find(
    (role) => arns.includes(role.roleArn) && isOfService(role),
  );
}

function isOfService({ assumeRolePolicy }: iam.Role): boolean {
  const trust = assumeRolePolicy?.toJSON() as { readonly Statement?: readonly TrustStatement[] } | undefined;
  return (trust?.Statement ?? []).some(({ Principal }) => Principal?.Service !== undefined);
}

/** Keys of conditions that keep a principal to accounts of one's own. */
const OF_ACCOUNTS = ['aws:PrincipalOrgID', 'aws:PrincipalOrgPaths', 'aws:PrincipalAccount', 'aws:PrincipalArn'].map(
  (key) => key.toLowerCase(),
);

function isEverybody({ policyFragment: { principalJson, conditions } }: iam.IPrincipal): boolean {
  const keys = Object.values(conditions).flatMap((condition) => Object.keys(condition as object));
  const kept = keys.some((key) => OF_ACCOUNTS.includes(key.toLowerCase()));
  return !kept && Object.values(principalJson).flat().includes('*');
}

interface TrustStatement {
  readonly Principal?: { readonly Service?: unknown };
}

/** CDK wants a principal for every role. This one adds nothing, so that statements are the whole trust policy. */
class OnlyStatements extends iam.PrincipalBase {
  public readonly policyFragment = new iam.PrincipalPolicyFragment({});

  public addToAssumeRolePolicy(): void {
    // The statements name their principals themselves.
  }

  public dedupeString(): string | undefined {
    return undefined;
  }
}

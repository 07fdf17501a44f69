import type { ApproverRoles } from './approver-identity';

/** How people reach a desk. It is one way for each deployment, so that nobody counts as two people. */
export type WayIn =
  /** The signed API, with a role whose session name is the person. */
  | { readonly kind: 'iam'; readonly roles: ApproverRoles }
  /** The web desk, for people of one issuer who are in one of these groups. */
  | { readonly kind: 'oidc'; readonly issuer: string; readonly groups: readonly string[] };

/**
 * Reads the way in from a function's environment: `APPROVER_ISSUER` and `APPROVER_GROUPS`, a JSON list, for the web desk, or
 * `APPROVER_ROLE_NAME`, with `APPROVER_GROUP_ROLES`, a JSON list of roles with the groups that each proves.
 * @throws Error if it names no way in, two, or one in another form: the function then doesn't start
 */
export function readWayIn(environment: Readonly<Record<string, string | undefined>>): WayIn {
  const {
    APPROVER_ISSUER: issuer,
    APPROVER_GROUPS: groups,
    APPROVER_ROLE_NAME: roleName,
    APPROVER_GROUP_ROLES: groupRoles,
  } = environment;
  if (Boolean(issuer) === Boolean(roleName)) {
    throw new Error('Exactly one of the environment variables APPROVER_ISSUER and APPROVER_ROLE_NAME must be set.');
  }
  if (issuer) return { kind: 'oidc', issuer, groups: textsOf('APPROVER_GROUPS', JSON.parse(groups || '[]')) };
  const proofs = JSON.parse(groupRoles || '[]') as readonly { readonly role: string; readonly groups: unknown }[];
  const roles = proofs.map(({ role, groups: of }) => [role, textsOf('APPROVER_GROUP_ROLES', of)] as const);
  return { kind: 'iam', roles: new Map([[roleName ?? '', []], ...roles]) };
}

function textsOf(variable: string, value: unknown): readonly string[] {
  if (Array.isArray(value) && value.every((each) => typeof each === 'string')) return value;
  throw new Error(`The environment variable ${variable} has another form than expected.`);
}

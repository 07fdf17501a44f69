import type { OidcUsers } from '../sandbox/oidc-users';
import type { ApproverSignIn } from './approver-sign-in';

/**
 * Why a runtime's users and the people who sign in at its desk don't go together: somebody could approve an own request, or an
 * application with a user's token could approve as that user. Undefined: they do.
 * @internal
 */
export function signInWithUsersProblem(
  users: OidcUsers | undefined,
  signIn: ApproverSignIn | undefined,
): string | undefined {
  if (users === undefined || signIn === undefined) return undefined;
  const { issuer, audience, claims: ofUsers, nameClaim } = users._settings;
  const { issuer: deskIssuer, commandLineClientId, claims: ofApprovers = ['email'] } = signIn._options;
  if (issuer === deskIssuer && audience === commandLineClientId) {
    return `users: "${audience}" is also the commandLineClientId of approvals.signIn, so whoever has a user's token could approve with it; register another client`;
  }
  const asked = users._samePersonClaims;
  const unknown = asked.find((claim) => !ofApprovers.includes(claim));
  if (unknown !== undefined) {
    return `users: samePersonClaims has "${unknown}", which approvals.signIn doesn't keep of approvers, so it would make no two people one; add it to the claims of ApproverSignIn.oidc`;
  }
  const compared = asked.some((claim) => ofUsers.includes(claim) || nameClaim === claim);
  if (issuer === deskIssuer || compared) return undefined;
  return "users: they have another issuer than the approvers of approvals.signIn, and no claim says that two people are one, so a person could approve an own request; write claims: ['email']";
}

import type { LaunchRequest, OidcUsersSettings, SessionUser } from '../core/contracts';
import type { VerifiedToken } from '../oidc/verify-id-token';
import { LaunchRefused } from './launch-refused';

/** What the runtime declares of users, and how it verifies them. */
export interface DeclaredUsers {
  readonly settings: Pick<OidcUsersSettings, 'services'>;
  /** @throws TokenRefused */
  readonly verify: (token: { readonly token: string; readonly nonce?: string }) => Promise<VerifiedToken>;
}

/** Who a session runs for, and who wrote its task. */
export interface IdentifiedUser {
  readonly runsFor: SessionUser;
  readonly taskAuthor?: SessionUser;
  /** The token that opens the session. It opens no other. */
  readonly token?: Pick<VerifiedToken, 'id' | 'expiresAt'>;
}

/**
 * Finds out who a session runs for. With a declared issuer, a plain name counts for nothing.
 * @param declared absent: the runtime declares no issuer, and names stay unverified
 * @throws LaunchRefused or TokenRefused
 */
export async function identifyUser(request: LaunchRequest, declared?: DeclaredUsers): Promise<IdentifiedUser> {
  refuseContradictions(request);
  const user = declared ? await declaredUser(request, declared) : { runsFor: unverifiedUser(request) };
  const taskAuthor = await authorOf(request, declared);
  return { ...user, ...(taskAuthor ? { taskAuthor } : {}) };
}

function refuseContradictions(request: LaunchRequest): void {
  const { userToken, service, user, nonce, taskAuthor, taskAuthorToken, taskAuthorNonce } = request;
  const given = [userToken, service, user].filter((each) => each !== undefined).length;
  if (given > 1) throw bad('The request names its user more than once. Send one of userToken, service and user.');
  if (nonce !== undefined && userToken === undefined) throw bad('There is a nonce without a userToken.');
  if (taskAuthor !== undefined && taskAuthorToken !== undefined)
    throw bad('The request names its author twice. Send taskAuthorToken or taskAuthor.');
  if (taskAuthorNonce !== undefined && taskAuthorToken === undefined)
    throw bad('There is a taskAuthorNonce without a taskAuthorToken.');
}

async function declaredUser(
  { userToken, nonce, service, user }: LaunchRequest,
  { settings, verify }: DeclaredUsers,
): Promise<IdentifiedUser> {
  if (userToken !== undefined) {
    const { person, id, expiresAt } = await verify(tokenOf(userToken, nonce));
    return { runsFor: person, token: { id, expiresAt } };
  }
  if (service !== undefined) {
    if (settings.services.includes(service)) return { runsFor: { kind: 'service', name: service } };
    throw new LaunchRefused(
      'UNKNOWN_SERVICE',
      'The runtime declares no service of that name. Add it to "services" of its OidcUsers.',
    );
  }
  throw new LaunchRefused(
    'USER_NOT_VERIFIED',
    `${user === undefined ? 'The request names no user' : 'A plain "user" proves nothing'}. This runtime verifies its users: send their ID token as "userToken"${
      settings.services.length > 0 ? ', or a declared service as "service"' : ''
    }.`,
  );
}

function unverifiedUser({ user, userToken, service }: LaunchRequest): SessionUser {
  if (user !== undefined) return { kind: 'unverified', name: user };
  throw userToken === undefined && service === undefined
    ? bad('The request names no user. Send "user".')
    : bad(
        'This runtime verifies no users, because it declares no issuer. Give it users: OidcUsers.of({ issuer, audience }), or send "user".',
      );
}

async function authorOf(
  { taskAuthor, taskAuthorToken, taskAuthorNonce }: LaunchRequest,
  declared: DeclaredUsers | undefined,
): Promise<SessionUser | undefined> {
  if (taskAuthor !== undefined) return { kind: 'unverified', name: taskAuthor };
  if (taskAuthorToken === undefined) return undefined;
  if (declared === undefined)
    throw bad('This runtime verifies no tokens, because it declares no issuer. Send "taskAuthor".');
  // The token only takes a right away, so it may come again.
  return (await declared.verify(tokenOf(taskAuthorToken, taskAuthorNonce))).person;
}

function tokenOf(token: string, nonce: string | undefined): { token: string; nonce?: string } {
  return nonce === undefined ? { token } : { token, nonce };
}

function bad(reason: string): LaunchRefused {
  return new LaunchRefused('BAD_REQUEST', reason);
}

import type { EntityJson } from '#cedar';
import { type SessionUser, userKey } from '../contracts';

/** What a policy reads where a session has no user that anybody named. */
const NOBODY: SessionUser = { kind: 'unverified', name: '' };

/**
 * A user as policies see it. Only a person's token proves anything, so nobody else is verified or in a group.
 * @param claims that the schema declares: a session may be older than the deployment
 */
export function userEntity(user: SessionUser = NOBODY, claims: readonly string[] = []): EntityJson {
  const isPerson = user.kind === 'person';
  const known = isPerson ? Object.entries(user.claims).filter(([claim]) => claims.includes(claim)) : [];
  return {
    uid: { type: 'User', id: idOf(user) },
    attrs: {
      verified: isPerson,
      kind: user.kind,
      groups: isPerson ? [...user.groups] : [],
      claims: Object.fromEntries(known),
    },
    parents: [],
  };
}

/** A name that anybody may give must never be the id of a person or a service. */
function idOf(user: SessionUser): string {
  return user.kind === 'unverified' ? `unverified:${user.name}` : userKey(user);
}

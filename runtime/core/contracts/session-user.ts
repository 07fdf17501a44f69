/** A person whose OpenID Connect token the launcher or the desk verified. The pair of issuer and subject is the person; a name is not. */
export interface Person {
  readonly kind: 'person';
  /** The issuer's URL, as in the claim `iss`. */
  readonly issuer: string;
  /** The claim `sub`. The issuer never gives it to somebody else. */
  readonly subject: string;
  /** The claim that the deployment chose as the name, for people to read. */
  readonly name: string;
  /** Values of the claim that the deployment chose for groups. */
  readonly groups: readonly string[];
  /** Values of further claims that the deployment chose, such as `email`. */
  readonly claims: Readonly<Record<string, string>>;
}

/** A service that the deployment names, for sessions that no person started. */
export interface NamedService {
  readonly kind: 'service';
  readonly name: string;
}

/** A name that the launching application gave and nobody verified. */
export interface UnverifiedUser {
  readonly kind: 'unverified';
  readonly name: string;
}

/** Who a session runs for, or who wrote its task. */
export type SessionUser = Person | NamedService | UnverifiedUser;

/** The text that stands for a user where one text must tell users apart: counts of limits, address books, ledger entries. */
export function userKey(user: SessionUser): string {
  switch (user.kind) {
    case 'person':
      return `${user.issuer}#${user.subject}`;
    case 'service':
      return `service:${user.name}`;
    case 'unverified':
      return user.name;
  }
}

/** The user that a session runs for. A session without one has a name that nobody verified. */
export function sessionUserOf({
  runsFor,
  user,
}: {
  readonly runsFor?: SessionUser;
  readonly user: string;
}): SessionUser {
  return runsFor ?? { kind: 'unverified', name: user };
}

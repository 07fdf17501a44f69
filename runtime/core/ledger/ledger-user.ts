import type { LedgerUser, SessionUser } from '../contracts';

/** A user as the ledger keeps it: nothing of it can be erased, so it holds no name of a person and no claim. */
export function ledgerUser(user: SessionUser): LedgerUser {
  switch (user.kind) {
    case 'person':
      return { kind: 'person', issuer: user.issuer, subject: user.subject };
    case 'service':
      return { kind: 'service', service: user.name };
    case 'unverified':
      return { kind: 'unverified' };
  }
}

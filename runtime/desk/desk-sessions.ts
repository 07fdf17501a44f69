import { createHash } from 'node:crypto';
import type { Person } from '../core/contracts';
import type { VerifiedToken } from './openid-issuer';

/** A person who is signed in. */
export interface DeskSession {
  readonly person: Person;
  /** Epoch seconds. */
  readonly expiresAt: number;
}

export interface DeskSessionStore {
  put(idHash: string, session: DeskSession): Promise<void>;
  get(idHash: string): Promise<DeskSession | undefined>;
  remove(idHash: string): Promise<void>;
}

const LONGEST_SECONDS = 3600;
/** A session that would end sooner is of no use: a person needs time to read. */
const SHORTEST_SECONDS = 30;

/**
 * Who is signed in. The browser has a random id in a cookie; the store has its hash, so that whoever reads the store can't sign in
 * with what he finds.
 */
export class DeskSessions {
  constructor(
    private readonly store: DeskSessionStore,
    private readonly now: () => number,
    private readonly randomHex: (bytes: number) => string,
  ) {}

  /** Opens a session for at most an hour, and no longer than the token. Undefined: the token is about to expire. */
  async open(token: VerifiedToken): Promise<{ readonly id: string; readonly seconds: number } | undefined> {
    const nowSeconds = Math.floor(this.now() / 1000);
    const seconds = Math.min(LONGEST_SECONDS, token.expiresAt - nowSeconds);
    if (seconds < SHORTEST_SECONDS) return undefined;
    const id = this.randomHex(32);
    await this.store.put(hashOf(id), { person: token.person, expiresAt: nowSeconds + seconds });
    return { id, seconds };
  }

  async find(id: string | undefined): Promise<DeskSession | undefined> {
    if (id === undefined) return undefined;
    const found = await this.store.get(hashOf(id));
    // The table deletes expired items only after a while.
    return found && found.expiresAt * 1000 > this.now() ? found : undefined;
  }

  async close(id: string): Promise<void> {
    await this.store.remove(hashOf(id));
  }
}

function hashOf(id: string): string {
  return createHash('sha256').update(id).digest('hex');
}

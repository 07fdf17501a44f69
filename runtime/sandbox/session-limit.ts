import type { SessionSlots } from '../aws/session-slots';
import { LaunchRefused } from './launch-refused';

/** The places of an agent's sessions at once. */
export interface SessionLimit {
  readonly slots: Pick<SessionSlots, 'take'>;
  /** How many sessions there may be at once. */
  readonly most: number;
}

/**
 * Takes a place for a session, before its task is started.
 * @throws LaunchRefused if there is none
 */
export async function takePlace(
  { slots, most }: SessionLimit,
  sessionId: string,
  now: number,
  expiresAt: number,
): Promise<void> {
  if (await slots.take(sessionId, now, expiresAt, most)) return;
  throw new LaunchRefused(
    'TOO_MANY_SESSIONS',
    `${most} sessions of this agent run already, which is the most at once. Try again when one has ended, stop one with "hardened-agent session stop", or raise maxSessions.`,
  );
}

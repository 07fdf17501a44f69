import { Denied } from '../denied';
import { limitText } from './limit-name';
import type { LimitUse } from './limit-uses';

/**
 * The denial of a call that a limit has no room for.
 * @param raced another call took the rest after it was found free
 */
export function limitReached({ limit, amount }: LimitUse, raced = false): Denied {
  const what = limitText(limit);
  if (amount === undefined) {
    return new Denied('LIMIT_REACHED', {
      reason: `This tool is limited to ${what}, and the call leaves that amount out. Write it.`,
    });
  }
  const next =
    raced && limit.whenReached === 'ask'
      ? 'Another call took the rest at the same time. Make the call again with a new callId: a person is then asked.'
      : 'Calls in flight count too. Try later, or tell the user.';
  return new Denied('LIMIT_REACHED', { reason: `The limit of ${what} is reached. ${next}` });
}

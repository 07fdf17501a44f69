import type { GateReply } from '../core/contracts';
import { Denied } from '../core/denied';
import type { WaitingCall } from './call-record';
import type { GateParts } from './gate-parts';
import { pendingReply } from './replies';

/** Starts the approval workflow. @throws Denied if it can't be started */
export async function askPerson({ request }: WaitingCall, { ports }: Pick<GateParts, 'ports'>): Promise<GateReply> {
  const { sessionId, requestId } = request;
  try {
    await ports.approvals.start(request);
  } catch (error) {
    ports.log({ event: 'approval_not_started', requestId, error: String(error) });
    // If this write fails too, the request ends at its own expiry.
    await ports.requests.expire(sessionId, requestId).catch(() => undefined);
    throw new Denied('TARGET_FAILED', {
      reason: 'This call needs a person’s approval, and the approval desk could not be reached. Nothing ran.',
    });
  }
  ports.log({ event: 'asked', requestId });
  return pendingReply(request);
}

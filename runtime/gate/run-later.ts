import { storedOutcome } from '../core/call-outcome';
import type { GateReply } from '../core/contracts';
import { Denied } from '../core/denied';
import { UNCLAIMED_STATUSES } from '../core/request-transitions';
import type { SlowCall } from './call-record';
import { releaseLimits } from './check-limits';
import type { GateParts } from './gate-parts';
import { executingReply } from './replies';
import { closeIntent } from './write-outcome';

const NOT_STARTED = 'The call could not be started, and nothing ran. Make it again.';

/**
 * Starts a call whose target may take longer than the gate waits. The function that runs it writes the outcome.
 * @throws Denied if it can't be started and will never run
 */
export async function runLater(
  call: SlowCall,
  { journal, ports }: Pick<GateParts, 'journal' | 'ports'>,
): Promise<GateReply> {
  const { request } = call;
  const { sessionId, requestId } = request;
  try {
    await ports.slowCalls.start(request);
  } catch (error) {
    ports.log({ event: 'slow_call_not_started', requestId, error: String(error) });
    const never = storedOutcome({ status: 'failed', code: 'TARGET_FAILED', reason: NOT_STARTED });
    // It may have been started all the same. Once the request has ended, its executor can't claim it any more.
    const ended = await ports.requests
      .finish(sessionId, requestId, 'DONE', never, UNCLAIMED_STATUSES)
      .catch(() => false);
    if (ended) {
      await Promise.all([
        closeIntent({ request, outcomeSeq: undefined }, { journal, ports }),
        releaseLimits(call, { ports }),
      ]);
      throw new Denied('TARGET_FAILED', { reason: NOT_STARTED });
    }
  }
  return executingReply(request);
}

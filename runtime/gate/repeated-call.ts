import type { RequestItem } from '../core/contracts';
import { Denied } from '../core/denied';
import { sha256Hex } from '../core/digest';
import type { NamedCall } from './call-record';

/**
 * The request of an earlier call with the same `callId`. The call then gets that request's state and never runs again.
 * @throws Denied if the earlier call had another tool or other arguments
 */
export function earlierRequest(call: NamedCall): RequestItem | undefined {
  const earlier = settledValue(call.lookups.earlier);
  if (earlier) assertSameCall(call, earlier);
  return earlier;
}

/** @throws Denied if the request is of another call */
export function assertSameCall(call: Pick<NamedCall, 'toolName' | 'argumentsText'>, request: RequestItem): void {
  if (request.tool !== call.toolName || request.argsRef.sha256 !== sha256Hex(call.argumentsText)) {
    throw callIdTaken();
  }
}

export function callIdTaken(): Denied {
  return new Denied('MALFORMED', {
    reason: 'Another call of this session has this callId. Use a new callId for each call.',
  });
}

/** @throws the error that the promise was rejected with */
export function settledValue<Value>(settled: PromiseSettledResult<Value>): Value {
  if (settled.status === 'rejected') throw settled.reason;
  return settled.value;
}

import type { ApprovalCard } from '../../runtime/approvals/approval-card';
import type { DecisionBody } from '../../runtime/approvals/decision-body';
import type { CommandIo } from '../command-line/command-io';
import type { DeskApi } from './desk-api';
import { checkedCard, refused } from './open-desk';

/**
 * Reads a request again, and sends the decision about it. Returns the exit code.
 *
 * @param decide the decision about the request, or why none is sent
 */
export async function sendDecision(
  desk: DeskApi,
  requestId: string,
  io: CommandIo,
  { json, decide }: { readonly json: boolean; readonly decide: (card: ApprovalCard) => DecisionBody | string },
): Promise<number> {
  const shown = await desk.show(requestId);
  if (shown.status !== 200) return refused(shown.body, io);
  const decision = decide(checkedCard(shown.body));
  if (typeof decision === 'string') {
    io.err(decision);
    return 1;
  }
  const { status, body } = await desk.decide(requestId, decision);
  if (status !== 200) return refused(body, io);
  if (json) io.json(body);
  else io.out(body.reason);
  return 0;
}

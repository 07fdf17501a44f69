import { environment } from '../aws/environment';
import { LedgerWriter } from '../aws/ledger-writer';
import { randomHex } from '../aws/random-hex';
import { SessionEnds } from '../aws/session-ends';
import { SessionSlots } from '../aws/session-slots';
import { SessionStore } from '../aws/session-store';
import { endSession, type TaskStopped } from './end-session';

/** EventBridge invokes it when a task of the agent has stopped. */
export function handler(event: TaskStopped): Promise<void> {
  const [table, agentId] = [environment('STATE_TABLE'), environment('AGENT_ID')];
  return endSession(event, {
    sessions: new SessionStore(table, agentId),
    ends: new SessionEnds(table),
    slots: new SessionSlots(table, agentId),
    ledger: new LedgerWriter(environment('LEDGER_BUCKET')),
    now: Date.now,
    randomHex,
  });
}

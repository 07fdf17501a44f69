import { environment } from '../aws/environment';
import { LedgerWriter } from '../aws/ledger-writer';
import { randomHex } from '../aws/random-hex';
import { SessionStore } from '../aws/session-store';
import { endSession, type TaskStopped } from './end-session';

/** EventBridge invokes it when a task of the agent has stopped. */
export function handler(event: TaskStopped): Promise<void> {
  return endSession(event, {
    sessions: new SessionStore(environment('STATE_TABLE'), environment('AGENT_ID')),
    ledger: new LedgerWriter(environment('LEDGER_BUCKET')),
    now: Date.now,
    randomHex,
  });
}

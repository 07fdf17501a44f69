import { randomBytes } from 'node:crypto';
import { environment } from '../aws/environment';
import { LedgerWriter } from '../aws/ledger-writer';
import { SessionStore } from '../aws/session-store';
import { endSession, type TaskStopped } from './end-session';

/** Invoked by EventBridge when a task of the agent stopped. */
export function handler(event: TaskStopped): Promise<void> {
  return endSession(event, {
    sessions: new SessionStore(environment('STATE_TABLE')),
    ledger: new LedgerWriter(environment('LEDGER_BUCKET')),
    now: Date.now,
    randomHex: (bytes) => randomBytes(bytes).toString('hex'),
  });
}

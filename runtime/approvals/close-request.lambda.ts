import { environment } from '../aws/environment';
import { LedgerWriter } from '../aws/ledger-writer';
import { randomHex } from '../aws/random-hex';
import { RequestStore } from '../aws/request-store';
import { SessionStore } from '../aws/session-store';
import { type ClosedRequest, closeRequest } from './close-request';

const ports = {
  requests: new RequestStore(environment('STATE_TABLE')),
  sessions: new SessionStore(environment('STATE_TABLE')),
  ledger: new LedgerWriter(environment('LEDGER_BUCKET')),
  now: Date.now,
  randomHex,
};

/** The approval workflow invokes it if nobody decided in time or the execution failed. */
export function handler(event: { sessionId: string; requestId: string }): Promise<ClosedRequest> {
  return closeRequest(event.sessionId, event.requestId, ports);
}

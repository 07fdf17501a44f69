import { randomBytes } from 'node:crypto';
import { environment } from '../aws/environment';
import { LedgerWriter } from '../aws/ledger-writer';
import { RequestStore } from '../aws/request-store';
import { SessionStore } from '../aws/session-store';
import { type ClosedRequest, closeRequest } from './close-request';

const ports = {
  requests: new RequestStore(environment('STATE_TABLE')),
  sessions: new SessionStore(environment('STATE_TABLE')),
  ledger: new LedgerWriter(environment('LEDGER_BUCKET')),
  now: Date.now,
  randomHex: (bytes: number) => randomBytes(bytes).toString('hex'),
};

/** Invoked by the approval workflow alone, where nobody decided in time or the execution broke off. */
export function handler(event: { sessionId: string; requestId: string }): Promise<ClosedRequest> {
  return closeRequest(event.sessionId, event.requestId, ports);
}

import type { APIGatewayProxyResult } from 'aws-lambda';
import { readManifests } from '../aws/bundled-manifest';
import { environment } from '../aws/environment';
import { EvidenceStore } from '../aws/evidence-store';
import { jsonAnswer } from '../aws/json-answer';
import { logAs, logErrorAs } from '../aws/log-line';
import { RequestStore } from '../aws/request-store';
import { SessionStore } from '../aws/session-store';
import { readDeskEvent } from './desk-event';
import { RequestViewer } from './show-requests';
import { readWayIn } from './way-in';

const viewer = new RequestViewer(readManifests(__dirname), {
  requests: new RequestStore(environment('STATE_TABLE')),
  sessions: new SessionStore(environment('STATE_TABLE')),
  evidence: new EvidenceStore(environment('EVIDENCE_BUCKET')),
  now: Date.now,
});
const log = logAs('show-requests');
const logError = logErrorAs('show-requests');
const wayIn = readWayIn(process.env);

/** `GET /requests` and `GET /requests/{id}`, or a `DeskCall`: this function's role can't write, so it can't decide. */
export async function handler(event: unknown): Promise<APIGatewayProxyResult> {
  const sent = readDeskEvent(event, wayIn);
  if (!sent) return jsonAnswer(403, { code: 'NOT_AN_APPROVER', reason: 'Only an approver may see requests.' });
  const { approver, method, requestId } = sent;
  if (method !== 'GET')
    return jsonAnswer(405, { code: 'METHOD_NOT_ALLOWED', reason: 'Send GET /requests or GET /requests/{id}.' });
  try {
    if (!requestId) return jsonAnswer(200, await viewer.list());
    const card = await viewer.show(requestId);
    log({ event: 'viewed', requestId, found: card !== undefined, approver: approver.actor });
    return card
      ? jsonAnswer(200, card)
      : jsonAnswer(404, { code: 'NOT_FOUND', reason: 'No request of that id has waited for a person.' });
  } catch (error) {
    logError({ error: String(error) });
    return jsonAnswer(503, { code: 'UNAVAILABLE', reason: 'The requests can’t be read at the moment. Try again.' });
  }
}

import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';
import { readManifests } from '../aws/bundled-manifest';
import { environment } from '../aws/environment';
import { EvidenceStore } from '../aws/evidence-store';
import { jsonAnswer } from '../aws/json-answer';
import { logAs, logErrorAs } from '../aws/log-line';
import { RequestStore } from '../aws/request-store';
import { SessionStore } from '../aws/session-store';
import { approverOf } from './approver-identity';
import { RequestViewer } from './show-requests';

const viewer = new RequestViewer(readManifests(__dirname), {
  requests: new RequestStore(environment('STATE_TABLE')),
  sessions: new SessionStore(environment('STATE_TABLE')),
  evidence: new EvidenceStore(environment('EVIDENCE_BUCKET')),
  now: Date.now,
});
const log = logAs('show-requests');
const logError = logErrorAs('show-requests');

/** `GET /requests` and `GET /requests/{id}`: this function's role can't write, so it can't decide. */
export async function handler(event: APIGatewayProxyEvent): Promise<APIGatewayProxyResult> {
  const approver = approverOf(event, environment('APPROVER_ROLE_NAME'));
  if (!approver)
    return jsonAnswer(403, { code: 'NOT_AN_APPROVER', reason: 'Only the approver role may show requests.' });
  if (event.httpMethod !== 'GET')
    return jsonAnswer(405, { code: 'METHOD_NOT_ALLOWED', reason: 'Send GET /requests or GET /requests/{id}.' });
  const requestId = event.pathParameters?.id;
  try {
    if (!requestId) return jsonAnswer(200, { v: 1, requests: await viewer.list() });
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

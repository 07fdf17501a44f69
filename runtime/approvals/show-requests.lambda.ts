import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';
import { environment } from '../aws/environment';
import { EvidenceStore } from '../aws/evidence-store';
import { RequestStore } from '../aws/request-store';
import { SessionStore } from '../aws/session-store';
import { approverOf } from './approver-identity';
import { RequestViewer } from './show-requests';
import { logAs, readManifest, respond } from './world';

const viewer = new RequestViewer(readManifest(__dirname), {
  requests: new RequestStore(environment('STATE_TABLE')),
  sessions: new SessionStore(environment('STATE_TABLE')),
  evidence: new EvidenceStore(environment('EVIDENCE_BUCKET')),
  now: Date.now,
});
const log = logAs('show-requests');

/** `GET /requests` and `GET /requests/{id}`: this function's role can't write, so looking can't decide. */
export async function handler(event: APIGatewayProxyEvent): Promise<APIGatewayProxyResult> {
  const approver = approverOf(event, environment('APPROVER_ROLE_NAME'));
  if (!approver) return respond(403, { code: 'NOT_AN_APPROVER', reason: 'Only the approver role may look.' });
  if (event.httpMethod !== 'GET') return respond(405, { code: 'METHOD_NOT_ALLOWED', reason: 'Look by GET.' });
  const requestId = event.pathParameters?.id;
  try {
    if (!requestId) return respond(200, { v: 1, requests: await viewer.list() });
    const card = await viewer.show(requestId);
    log({ event: 'viewed', requestId, found: card !== undefined, approver: approver.arn });
    return card
      ? respond(200, card)
      : respond(404, { code: 'NOT_FOUND', reason: 'No request of that id has waited for a person.' });
  } catch (error) {
    console.error(JSON.stringify({ level: 'ERROR', service: 'show-requests', error: String(error) }));
    return respond(503, { code: 'UNAVAILABLE', reason: 'The requests can’t be read at the moment. Try again.' });
  }
}

import { randomBytes } from 'node:crypto';
import { SendTaskSuccessCommand, TaskDoesNotExist, TaskTimedOut } from '@aws-sdk/client-sfn';
import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';
import { sfn } from '../aws/clients';
import { environment } from '../aws/environment';
import { LedgerWriter } from '../aws/ledger-writer';
import { RequestStore } from '../aws/request-store';
import { SessionStore } from '../aws/session-store';
import { approverOf } from './approver-identity';
import { ApprovalDesk, type DecisionCode, WorkflowEndedError } from './decide';
import { logAs, respond } from './world';

const desk = new ApprovalDesk({
  requests: new RequestStore(environment('STATE_TABLE')),
  sessions: new SessionStore(environment('STATE_TABLE')),
  ledger: new LedgerWriter(environment('LEDGER_BUCKET')),
  workflow: { resume },
  now: Date.now,
  randomHex: (bytes) => randomBytes(bytes).toString('hex'),
  log: logAs('decide'),
});

async function resume(taskToken: string, output: string): Promise<void> {
  try {
    await sfn().send(new SendTaskSuccessCommand({ taskToken, output }));
  } catch (error) {
    if (error instanceof TaskTimedOut || error instanceof TaskDoesNotExist) throw new WorkflowEndedError();
    throw error;
  }
}

const STATUS_CODES: Readonly<Record<DecisionCode, number>> = {
  DECIDED: 200,
  INVALID_DECISION: 400,
  NOT_FOUND: 404,
  DIGEST_MISMATCH: 409,
  ALREADY_DECIDED: 409,
  ALREADY_REFUSED: 409,
  EXPIRED: 410,
  WORKFLOW_ENDED: 410,
  LEDGER_UNAVAILABLE: 503,
  WORKFLOW_UNAVAILABLE: 503,
};

/** `POST /requests/{id}/decision`, signed by a person under the approver role. Nothing else decides. */
export async function handler(event: APIGatewayProxyEvent): Promise<APIGatewayProxyResult> {
  const approver = approverOf(event, environment('APPROVER_ROLE_NAME'));
  if (!approver) return respond(403, { code: 'NOT_AN_APPROVER', reason: 'Only the approver role may decide.' });
  const requestId = event.pathParameters?.id;
  if (event.httpMethod !== 'POST' || !requestId) {
    return respond(405, { code: 'METHOD_NOT_ALLOWED', reason: 'Decide by POST /requests/{id}/decision.' });
  }
  const body = event.isBase64Encoded ? Buffer.from(event.body ?? '', 'base64').toString('utf8') : (event.body ?? '');
  try {
    const reply = await desk.decide(requestId, body, approver);
    return respond(STATUS_CODES[reply.code], reply);
  } catch (error) {
    console.error(JSON.stringify({ level: 'ERROR', service: 'decide', requestId, error: String(error) }));
    return respond(503, {
      code: 'UNAVAILABLE',
      reason: 'The decision may not have been taken. Show the request, or send the same decision again.',
    });
  }
}

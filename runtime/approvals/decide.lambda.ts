import { SendTaskSuccessCommand, TaskDoesNotExist, TaskTimedOut } from '@aws-sdk/client-sfn';
import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';
import { sfn } from '../aws/clients';
import { environment } from '../aws/environment';
import { jsonAnswer } from '../aws/json-answer';
import { LedgerWriter } from '../aws/ledger-writer';
import { logAs, logErrorAs } from '../aws/log-line';
import { randomHex } from '../aws/random-hex';
import { RequestStore } from '../aws/request-store';
import { SessionStore } from '../aws/session-store';
import { approverOf } from './approver-identity';
import { ApprovalDesk, type DecisionCode, WorkflowEndedError } from './decide';

const desk = new ApprovalDesk({
  requests: new RequestStore(environment('STATE_TABLE')),
  sessions: new SessionStore(environment('STATE_TABLE')),
  ledger: new LedgerWriter(environment('LEDGER_BUCKET')),
  workflow: { resume },
  now: Date.now,
  randomHex,
  log: logAs('decide'),
});

const logError = logErrorAs('decide');

async function resume(taskToken: string, output: string): Promise<void> {
  try {
    await sfn().send(new SendTaskSuccessCommand({ taskToken, output }));
  } catch (error) {
    if (error instanceof TaskTimedOut || error instanceof TaskDoesNotExist) throw new WorkflowEndedError();
    throw error;
  }
}

/** The HTTP status of each code. */
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

/** `POST /requests/{id}/decision`, signed by a person with the approver role. There is no other way to decide. */
export async function handler(event: APIGatewayProxyEvent): Promise<APIGatewayProxyResult> {
  const approver = approverOf(event, environment('APPROVER_ROLE_NAME'));
  if (!approver) return jsonAnswer(403, { code: 'NOT_AN_APPROVER', reason: 'Only the approver role may decide.' });
  const requestId = event.pathParameters?.id;
  if (event.httpMethod !== 'POST' || !requestId) {
    return jsonAnswer(405, { code: 'METHOD_NOT_ALLOWED', reason: 'Send POST /requests/{id}/decision.' });
  }
  const body = event.isBase64Encoded ? Buffer.from(event.body ?? '', 'base64').toString('utf8') : (event.body ?? '');
  try {
    const reply = await desk.decide(requestId, body, approver);
    return jsonAnswer(STATUS_CODES[reply.code], reply);
  } catch (error) {
    logError({ requestId, error: String(error) });
    return jsonAnswer(503, {
      code: 'UNAVAILABLE',
      reason: 'The decision may not have been taken. Show the request, or send the same decision again.',
    });
  }
}

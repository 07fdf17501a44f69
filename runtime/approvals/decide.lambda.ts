import { SendTaskSuccessCommand, TaskDoesNotExist, TaskTimedOut } from '@aws-sdk/client-sfn';
import type { APIGatewayProxyResult } from 'aws-lambda';
import { sfn } from '../aws/clients';
import { environment } from '../aws/environment';
import { jsonAnswer } from '../aws/json-answer';
import { LedgerWriter } from '../aws/ledger-writer';
import { logAs, logErrorAs } from '../aws/log-line';
import { randomHex } from '../aws/random-hex';
import { RequestStore } from '../aws/request-store';
import { SessionStore } from '../aws/session-store';
import { ApprovalDesk, type DecisionCode, WorkflowEndedError } from './decide';
import { readDeskEvent } from './desk-event';
import { readWayIn } from './way-in';

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
const wayIn = readWayIn(process.env);

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
  RECORDED: 200,
  INVALID_DECISION: 400,
  OWN_REQUEST: 403,
  NOT_IN_GROUP: 403,
  NOT_FOUND: 404,
  DIGEST_MISMATCH: 409,
  OTHER_DECIDING: 409,
  ALREADY_DECIDED: 409,
  ALREADY_REFUSED: 409,
  EXPIRED: 410,
  WORKFLOW_ENDED: 410,
  LEDGER_UNAVAILABLE: 503,
  WORKFLOW_UNAVAILABLE: 503,
};

/**
 * `POST /requests/{id}/decision`, signed by a person with the approver role, or a `DeskCall` of the web desk: whichever way in
 * the deployment has. There is no other way to decide.
 */
export async function handler(event: unknown): Promise<APIGatewayProxyResult> {
  const sent = readDeskEvent(event, wayIn);
  if (!sent) return jsonAnswer(403, { code: 'NOT_AN_APPROVER', reason: 'Only an approver may decide.' });
  const { approver, method, requestId, body } = sent;
  if (method !== 'POST' || !requestId) {
    return jsonAnswer(405, { code: 'METHOD_NOT_ALLOWED', reason: 'Send POST /requests/{id}/decision.' });
  }
  try {
    const reply = await desk.decide(requestId, body, approver);
    return jsonAnswer(STATUS_CODES[reply.code], reply);
  } catch (error) {
    logError({ requestId, error: String(error) });
    return jsonAnswer(503, {
      code: 'UNAVAILABLE',
      reason:
        'It isn’t known whether the decision was taken. Show the request: if it still waits, send the same decision again. A decision counts once.',
    });
  }
}

import { ExecutionDoesNotExist, StopExecutionCommand } from '@aws-sdk/client-sfn';
import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';
import { approverOf } from '../approvals/approver-identity';
import { WorkflowEndedError } from '../approvals/decide';
import { AgentTasks, stoppingClient } from '../aws/agent-tasks';
import { readManifest } from '../aws/bundled-manifest';
import { sfn } from '../aws/clients';
import { ConnectorStops } from '../aws/connector-stops';
import { environment } from '../aws/environment';
import { EvidenceStore } from '../aws/evidence-store';
import { jsonAnswer } from '../aws/json-answer';
import { LedgerWriter } from '../aws/ledger-writer';
import { logAs, logErrorAs } from '../aws/log-line';
import { OpenRequests } from '../aws/open-requests';
import { randomHex } from '../aws/random-hex';
import { RequestStore } from '../aws/request-store';
import { SessionEnds } from '../aws/session-ends';
import { SessionSlots } from '../aws/session-slots';
import { SessionStore } from '../aws/session-store';
import { denyRequest } from './deny-request';
import { Operations } from './operate';
import { runOperatorCommand } from './operator-command';
import { OPERATOR_STATUS, type OperatorReply } from './operator-replies';

const [table, agentId] = [environment('STATE_TABLE'), environment('AGENT_ID')];
const log = logAs('operate');
const logError = logErrorAs('operate');
const sessions = new SessionStore(table, agentId);
const ledger = new LedgerWriter(environment('LEDGER_BUCKET'));

const requests = new RequestStore(table);

const operations = new Operations({
  sessions,
  ledger,
  ends: new SessionEnds(table),
  slots: new SessionSlots(table, agentId),
  tasks: new AgentTasks(environment('CLUSTER_ARN'), stoppingClient()),
  openRequests: new OpenRequests(table),
  requests,
  deny: (request, reason, person) =>
    denyRequest(request, reason, person, { requests, sessions, ledger, endWait, now: Date.now, randomHex, log }),
  stops: new ConnectorStops(table, agentId),
  evidence: new EvidenceStore(environment('EVIDENCE_BUCKET')),
  connectorOf: new Map(readManifest(__dirname).tools.map(({ name, connector }) => [name, connector])),
  agentId,
  now: Date.now,
  randomHex,
  log,
});

/** The execution of a waiting request has the request's id as its name. */
async function endWait(requestId: string): Promise<void> {
  try {
    await sfn().send(
      new StopExecutionCommand({
        executionArn: `${environment('WAIT_ARN_PREFIX')}${requestId}`,
        cause: 'An operator denied the request.',
      }),
    );
  } catch (error) {
    if (error instanceof ExecutionDoesNotExist) throw new WorkflowEndedError();
    throw error;
  }
}

/** The operators' role stands for no approver group: operators deny, and never approve. */
const OPERATORS = new Map([[environment('OPERATOR_ROLE_NAME'), []]]);

/** The operators' API. Each request is signed by a person with the operator role. There is no other way in. */
export async function handler(event: APIGatewayProxyEvent): Promise<APIGatewayProxyResult> {
  const person = approverOf(event, OPERATORS);
  if (!person) return answer({ v: 1, code: 'NOT_AN_OPERATOR', reason: 'Only the operator role may do this.' });
  log({ event: 'operator', actor: person.actor, method: event.httpMethod, path: event.path });
  try {
    return answer(await runOperatorCommand(event, person, operations));
  } catch (error) {
    logError({ event: 'operation_failed', error: String(error) });
    return answer({
      v: 1,
      code: 'UNAVAILABLE',
      reason: 'It isn’t known how much was done. List the sessions, and send the same command again.',
    });
  }
}

function answer(reply: OperatorReply): APIGatewayProxyResult {
  return jsonAnswer(OPERATOR_STATUS[reply.code], reply);
}

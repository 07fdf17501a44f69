import { InvokeCommand } from '@aws-sdk/client-lambda';
import { StartExecutionCommand } from '@aws-sdk/client-sfn';
import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';
import { encodeWorkflowInput } from '../approvals/workflow-messages';
import { readManifest } from '../aws/bundled-manifest';
import { lambda, sfn } from '../aws/clients';
import { ConnectorStops } from '../aws/connector-stops';
import { environment } from '../aws/environment';
import { EvidenceStore } from '../aws/evidence-store';
import { invokeExecutor } from '../aws/invoke-executor';
import { jsonAnswer } from '../aws/json-answer';
import { LedgerWriter } from '../aws/ledger-writer';
import { LimitStore } from '../aws/limit-store';
import { logAs, logErrorAs } from '../aws/log-line';
import { ProbationStore } from '../aws/probation-store';
import { randomHex } from '../aws/random-hex';
import { RequestStore } from '../aws/request-store';
import { SessionStore } from '../aws/session-store';
import { WaitingStore } from '../aws/waiting-store';
import { GATE_REPLY_BUDGET_MS, type GateReply, type RequestItem } from '../core/contracts';
import { Denied } from '../core/denied';
import { metricsOf } from '../core/gate-metrics';
import { Gate } from './gate';
import { deniedReply } from './replies';
import { startSlowCall } from './start-slow-call';
import { taskIdOf } from './task-identity';

/** The rest of the reply's time is for writing the outcome. */
const EXECUTION_BUDGET_MS = GATE_REPLY_BUDGET_MS - 2_000;

// Lambda sets it. The gate decides without it too; its metrics then share one dimension value.
const functionName = process.env.AWS_LAMBDA_FUNCTION_NAME ?? 'gate';
const log = logAs('gate');
const logError = logErrorAs('gate');

const gate = new Gate(readManifest(__dirname), {
  sessions: new SessionStore(environment('STATE_TABLE'), environment('AGENT_ID')),
  requests: new RequestStore(environment('STATE_TABLE')),
  waiting: new WaitingStore(environment('STATE_TABLE')),
  limits: new LimitStore(environment('STATE_TABLE'), environment('AGENT_ID')),
  stops: new ConnectorStops(environment('STATE_TABLE'), environment('AGENT_ID')),
  probation: new ProbationStore(environment('STATE_TABLE'), environment('AGENT_ID')),
  ledger: new LedgerWriter(environment('LEDGER_BUCKET')),
  evidence: new EvidenceStore(environment('EVIDENCE_BUCKET')),
  executors: {
    invoke: (variable, request) =>
      invokeExecutor(environment(variable), request, (input) =>
        // API Gateway gives up after 29 s, by default: waiting longer would leave no time to write the outcome.
        lambda().send(new InvokeCommand(input), { abortSignal: AbortSignal.timeout(EXECUTION_BUDGET_MS) }),
      ),
  },
  slowCalls: { start: (request) => startSlowCall(environment('SLOW_CALLS_ARN'), request) },
  approvals: { start: startApproval },
  agentId: environment('AGENT_ID'),
  now: Date.now,
  randomHex,
  log: (record) => log({ ...record, ...metricsOf(record, Date.now(), functionName) }),
});

async function startApproval(request: RequestItem): Promise<void> {
  await sfn().send(
    new StartExecutionCommand({
      stateMachineArn: environment('APPROVAL_STATE_MACHINE_ARN'),
      // The name makes a second start of the same request a no-op.
      name: request.requestId,
      input: encodeWorkflowInput(request),
    }),
  );
}

/** `GET /tools` lists what the session may see. `POST /calls` passes one call through the gate. */
export async function handler(event: APIGatewayProxyEvent): Promise<APIGatewayProxyResult> {
  const taskId = taskIdOf(event.requestContext.identity.userArn, environment('AGENT_ROLE_NAME'));
  try {
    if (taskId === undefined) return jsonAnswer(403, refusal('FOREIGN_SESSION'));
    if (event.httpMethod === 'GET') return jsonAnswer(200, await gate.list(taskId));
    const body = event.isBase64Encoded ? Buffer.from(event.body ?? '', 'base64') : (event.body ?? '');
    return jsonAnswer(200, await gate.handle({ taskId, body }));
  } catch (error) {
    logError({ event: 'unavailable', error: String(error) });
    return jsonAnswer(200, refusal('LEDGER_UNAVAILABLE'));
  }
}

function refusal(code: 'FOREIGN_SESSION' | 'LEDGER_UNAVAILABLE'): GateReply {
  return deniedReply(`x-${randomHex(8)}`, new Denied(code));
}

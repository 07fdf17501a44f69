import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { InvokeCommand } from '@aws-sdk/client-lambda';
import { StartExecutionCommand } from '@aws-sdk/client-sfn';
import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';
import { encodeWorkflowInput } from '../approvals/workflow-messages';
import { lambda, sfn } from '../aws/clients';
import { environment } from '../aws/environment';
import { EvidenceStore } from '../aws/evidence-store';
import { invokeExecutor } from '../aws/invoke-executor';
import { LedgerWriter } from '../aws/ledger-writer';
import { ProbationStore } from '../aws/probation-store';
import { RequestStore } from '../aws/request-store';
import { SessionStore } from '../aws/session-store';
import { GATE_REPLY_BUDGET_MS, type GateReply, type Manifest, type RequestItem } from '../core/contracts';
import { metricsOf } from '../core/gate-metrics';
import { Denied } from './denied';
import { Gate, type IncomingCall } from './gate';
import { taskIdOf } from './task-identity';

/** What is left of a reply's time is for writing the outcome. */
const EXECUTION_BUDGET_MS = GATE_REPLY_BUDGET_MS - 2_000;

const manifest = JSON.parse(readFileSync(path.join(__dirname, 'manifest.json'), 'utf8')) as Manifest;
// Lambda says it; a gate whose metrics can’t be told apart still decides.
const functionName = process.env.AWS_LAMBDA_FUNCTION_NAME ?? 'gate';
const requests = new RequestStore(environment('STATE_TABLE'));
const evidence = new EvidenceStore(environment('EVIDENCE_BUCKET'));

const gate = new Gate(manifest, {
  sessions: new SessionStore(environment('STATE_TABLE')),
  requests,
  probation: new ProbationStore(environment('STATE_TABLE')),
  ledger: new LedgerWriter(environment('LEDGER_BUCKET')),
  evidence,
  executors: {
    invoke: (variable, request) =>
      invokeExecutor(environment(variable), request, (input) =>
        // Whoever waits longer than API Gateway does would die before it could write the outcome.
        lambda().send(new InvokeCommand(input), { abortSignal: AbortSignal.timeout(EXECUTION_BUDGET_MS) }),
      ),
  },
  approvals: { start: startApproval },
  now: Date.now,
  randomHex: (bytes) => randomBytes(bytes).toString('hex'),
  log: (record) =>
    console.log(
      JSON.stringify({ level: 'INFO', service: 'gate', ...record, ...metricsOf(record, Date.now(), functionName) }),
    ),
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

/** `GET /tools` lists what the session may see; `POST /calls` passes one call through the gate. */
export async function handler(event: APIGatewayProxyEvent): Promise<APIGatewayProxyResult> {
  const taskId = taskIdOf(event.requestContext.identity.userArn, environment('AGENT_ROLE_NAME'));
  try {
    if (taskId === undefined) return respond(403, refusal('FOREIGN_SESSION'));
    if (event.httpMethod === 'GET') return respond(200, await gate.list(taskId));
    const call: IncomingCall = {
      taskId,
      body: event.isBase64Encoded ? Buffer.from(event.body ?? '', 'base64') : (event.body ?? ''),
    };
    return respond(200, await gate.handle(call));
  } catch (error) {
    console.error(JSON.stringify({ level: 'ERROR', service: 'gate', event: 'unavailable', error: String(error) }));
    return respond(200, refusal('LEDGER_UNAVAILABLE'));
  }
}

function refusal(code: 'FOREIGN_SESSION' | 'LEDGER_UNAVAILABLE'): GateReply {
  return {
    v: 1,
    requestId: `x-${randomBytes(8).toString('hex')}`,
    status: 'denied',
    ...Denied.of(code).reply,
  };
}

function respond(statusCode: number, body: unknown): APIGatewayProxyResult {
  return {
    statusCode,
    headers: { 'content-type': 'application/json', 'cache-control': 'no-store' },
    body: JSON.stringify(body),
  };
}

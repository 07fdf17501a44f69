import { randomUUID } from 'node:crypto';
import { InvokeCommand } from '@aws-sdk/client-lambda';
import type { Context } from 'aws-lambda';
import { lambda } from '../aws/clients';
import { environment } from '../aws/environment';
import type { ExecutorReply } from '../core/contracts';
import { callCodeTarget } from './code-target';
import { connectorPorts, readConnector } from './connector-ports';
import { Executor } from './executor';

const connector = readConnector(__dirname);
const ports = connectorPorts();
const sandbox = {
  requests: ports.requests,
  evidence: ports.evidence,
  invoke: (input: InvokeCommand['input'], options: { abortSignal: AbortSignal }) =>
    lambda().send(new InvokeCommand(input), options),
  newTenant: randomUUID,
  functionArn: environment('CODE_SANDBOX_ARN'),
  results: connector.results,
};

const executor = new Executor(connector, {
  ...ports,
  credential: async () => undefined,
  target: (tool, args, _credential, sessionId) => callCodeTarget(sandbox, tool, args, sessionId),
});

/** Runs one call of a code sandbox's tool: it starts the code, and never runs it itself. */
export function handler(event: unknown, context: Context): Promise<ExecutorReply> {
  return executor.run(event, context.awsRequestId);
}

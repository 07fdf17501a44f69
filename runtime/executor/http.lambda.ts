import type { Context } from 'aws-lambda';
import type { ExecutorReply } from '../core/contracts';
import { connectorPorts, readConnector } from './connector-ports';
import { Executor } from './executor';
import { callHttpTarget } from './http-target';

const config = readConnector(__dirname);
const baseUrl = config.baseUrl ?? '';

const executor = new Executor(config, {
  ...connectorPorts(),
  target: (tool, args, value) => callHttpTarget(baseUrl, tool, args, config.credential, value),
});

/** Runs one call of an HTTP connector's tool. */
export function handler(event: unknown, context: Context): Promise<ExecutorReply> {
  return executor.run(event, context.awsRequestId);
}

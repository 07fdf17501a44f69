import path from 'node:path';
import type { Context } from 'aws-lambda';
import type { ExecutorReply } from '../core/contracts';
import { Executor } from './executor';
import { readConfig, readCredential, sharedPorts } from './executor-world';
import { callHttpTarget } from './http-target';

const config = readConfig(path.join(__dirname, 'connector.json'));
const baseUrl = config.baseUrl ?? '';

const executor = new Executor(config, {
  ...sharedPorts(),
  credential: readCredential,
  target: (tool, args, value) => callHttpTarget(baseUrl, tool, args, config.credential, value),
});

/** Runs one call of an HTTP connector's tool. */
export function handler(event: unknown, context: Context): Promise<ExecutorReply> {
  return executor.run(event, context.awsRequestId);
}

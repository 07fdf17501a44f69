import path from 'node:path';
import type { Context } from 'aws-lambda';
import { dynamodb, s3 } from '../aws/clients';
import { environment } from '../aws/environment';
import type { ExecutorReply } from '../core/contracts';
import { callAwsTarget } from './aws-target';
import { Executor } from './executor';
import { readConfig, sharedPorts } from './executor-world';

const executor = new Executor(readConfig(path.join(__dirname, 'connector.json')), {
  ...sharedPorts(),
  credential: async () => undefined,
  target: (tool, args) => callAwsTarget({ s3, dynamodb }, tool, args, environment),
});

/** Runs one call of an AWS connector's tool, with the connector's own role. */
export function handler(event: unknown, context: Context): Promise<ExecutorReply> {
  return executor.run(event, context.awsRequestId);
}

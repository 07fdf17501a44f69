import type { Context } from 'aws-lambda';
import { dynamodb, s3 } from '../aws/clients';
import { environment } from '../aws/environment';
import { SessionStore } from '../aws/session-store';
import type { ExecutorReply } from '../core/contracts';
import { callAwsTarget } from './aws-target';
import { connectorPorts, readConnector } from './connector-ports';
import { Executor } from './executor';

const connector = readConnector(__dirname);
const sessions = new SessionStore(environment('STATE_TABLE'));
const executor = new Executor(connector, {
  ...connectorPorts(),
  target: (tool, args, _credential, sessionId) => {
    const documents = () => sessions.documentsOf(sessionId);
    return callAwsTarget({ connector: connector.connector, documents, s3, dynamodb }, tool, args, environment);
  },
});

/** Runs one call of an AWS connector's tool, with the connector's own role. */
export function handler(event: unknown, context: Context): Promise<ExecutorReply> {
  return executor.run(event, context.awsRequestId);
}

import type { Context } from 'aws-lambda';
import { dynamodb, lambda, s3 } from '../aws/clients';
import { environment } from '../aws/environment';
import { SessionStore } from '../aws/session-store';
import type { ExecutorReply } from '../core/contracts';
import { dynamodbOnce, s3Once, sendCommand } from './aws-commands';
import { type AwsClients, callAwsTarget } from './aws-target';
import { connectorPorts, readConnector } from './connector-ports';
import { Executor } from './executor';

const connector = readConnector(__dirname);
const sessions = new SessionStore(environment('STATE_TABLE'));
const executor = new Executor(connector, {
  ...connectorPorts(),
  target: (tool, args, _credential, sessionId, requestId) => {
    const clients: AwsClients = {
      connector: connector.connector,
      documents: () => sessions.documentsOf(sessionId),
      s3,
      dynamodb,
      lambda,
      s3Once,
      dynamodbOnce,
      send: sendCommand,
    };
    return callAwsTarget(clients, tool, { args, requestId, sessionId }, environment);
  },
});

/** Runs one call of an AWS connector's tool, with the connector's own role. */
export function handler(event: unknown, context: Context): Promise<ExecutorReply> {
  return executor.run(event, context.awsRequestId);
}

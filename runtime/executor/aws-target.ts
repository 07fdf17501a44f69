import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { LambdaClient } from '@aws-sdk/client-lambda';
import type { S3Client } from '@aws-sdk/client-s3';
import type { AwsOperation } from '../core/aws-operation';
import type { JsonObject, PinnedDocument } from '../core/contracts';
import type { ExecutorTool } from '../core/executor-config';
import type { AwsCall } from './aws-call';
import { answerOfFailure } from './aws-failure';
import { type CommandSender, runCommand } from './command-target';
import { readDocument } from './document-target';
import { invokeFunction } from './invoke-target';
import { getItem, putItem, queryItems } from './item-target';
import { getObject, listObjects, putObject } from './object-target';
import type { TargetAnswer } from './target-answer';

export interface AwsClients {
  /** The connector that the executor serves. */
  readonly connector: string;
  /** The documents of the session that the call belongs to. */
  readonly documents: () => Promise<readonly PinnedDocument[]>;
  readonly s3: () => S3Client;
  readonly dynamodb: () => DynamoDBClient;
  readonly lambda: () => LambdaClient;
  /** Clients that never send a request twice. */
  readonly s3Once: () => S3Client;
  readonly dynamodbOnce: () => DynamoDBClient;
  readonly send: CommandSender;
}

/** What a call of an AWS operation is about. */
export interface AwsRequest {
  readonly args: JsonObject;
  readonly requestId: string;
  readonly sessionId: string;
}

/** Runs the AWS operation of a tool call once, with the executor's own role. */
export async function callAwsTarget(
  clients: AwsClients,
  tool: ExecutorTool,
  request: AwsRequest,
  resource: (variable: string) => string,
): Promise<TargetAnswer> {
  const operation = tool.aws;
  if (!operation) throw new Error(`The tool ${tool.name} has no AWS operation.`);
  const call: AwsCall = {
    ...request,
    connector: clients.connector,
    tool: tool.name,
    resource: resource(operation.resourceVariable),
    maxResultBytes: tool.maxResultBytes,
    within: { abortSignal: AbortSignal.timeout(tool.timeoutMs) },
  };
  try {
    return await runOperation(clients, tool, operation, call);
  } catch (error) {
    return answerOfFailure(error, operation.operation);
  }
}

async function runOperation(
  clients: AwsClients,
  tool: ExecutorTool,
  operation: AwsOperation,
  call: AwsCall,
): Promise<TargetAnswer> {
  switch (operation.operation) {
    case 's3:GetObject':
      return getObject(clients.s3(), operation, call);
    case 's3:GetObjectVersion':
      return readDocument(clients.s3(), {
        connector: clients.connector,
        operation,
        tool,
        bucket: call.resource,
        args: call.args,
        documents: await clients.documents(),
      });
    case 's3:ListObjects':
      return listObjects(clients.s3(), operation, call);
    case 's3:PutObject':
      return putObject(clients.s3Once(), operation, call);
    case 'dynamodb:GetItem':
      return getItem(clients.dynamodb(), operation, call);
    case 'dynamodb:PutItem':
      return putItem(clients.dynamodbOnce(), operation, call);
    case 'dynamodb:Query':
      return queryItems(clients.dynamodb(), operation, call);
    case 'command':
      return runCommand(clients.send, operation, call);
    case 'lambda:InvokeFunction':
      return invokeFunction(clients.lambda(), call);
  }
}

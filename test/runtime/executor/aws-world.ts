import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { LambdaClient } from '@aws-sdk/client-lambda';
import type { S3Client } from '@aws-sdk/client-s3';
import type { AwsOperation } from '../../../runtime/core/aws-operation';
import type { JsonObject } from '../../../runtime/core/contracts';
import type { ExecutorTool } from '../../../runtime/core/executor-config';
import { type AwsClients, callAwsTarget } from '../../../runtime/executor/aws-target';
import type { TargetAnswer } from '../../../runtime/executor/target-answer';

/** AWS in memory: answers every command, and keeps what was asked, and through which client. */
export class AwsWorld implements AwsClients {
  readonly connector = 'Documents';
  readonly sent: { readonly by: string; readonly input: unknown }[] = [];
  readonly s3 = () => this.client('s3') as unknown as S3Client;
  readonly dynamodb = () => this.client('dynamodb') as unknown as DynamoDBClient;
  readonly lambda = () => this.client('lambda') as unknown as LambdaClient;
  readonly s3Once = () => this.client('s3Once') as unknown as S3Client;
  readonly dynamodbOnce = () => this.client('dynamodbOnce') as unknown as DynamoDBClient;

  constructor(private readonly answer: () => unknown) {}

  readonly documents = async () => [];

  readonly send = async (action: string, input: JsonObject) => {
    this.sent.push({ by: action, input });
    return this.answer() as object;
  };

  /** What was asked, without the clients. */
  get inputs(): unknown[] {
    return this.sent.map(({ input }) => input);
  }

  private client(by: string) {
    return {
      send: async (command: { input: unknown }) => {
        this.sent.push({ by, input: command.input });
        return this.answer();
      },
    };
  }

  run(aws: AwsOperation, args: JsonObject, resource?: string, timeoutMs = 1000): Promise<TargetAnswer> {
    const tool: ExecutorTool = {
      name: 't',
      effect: 'read',
      schema: { type: 'object' },
      schemaHash: '',
      policyVersion: '',
      maxResultBytes: 100,
      timeoutMs,
      aws,
    };
    const call = { args, requestId: 'r-1', sessionId: 's-1' };
    return callAwsTarget(this, tool, call, (variable) => resource ?? `name-of-${variable}`);
  }
}

/** An error as the SDK throws it. Without a status, no answer came. */
export function awsError(name: string, status?: number, more: object = {}): Error {
  return Object.assign(new Error('arn:aws:s3:::bucket is not yours'), {
    name,
    ...(status === undefined ? {} : { $metadata: { httpStatusCode: status } }),
    ...more,
  });
}

export function throwing(error: Error): () => never {
  return () => {
    throw error;
  };
}

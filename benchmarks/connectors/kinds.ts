import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { RemovalPolicy, type Stack } from 'aws-cdk-lib';
import * as s3 from 'aws-cdk-lib/aws-s3';
import {
  AwsConnector,
  AwsOperation,
  BoundCredential,
  type Connector,
  Credential,
  Effect,
  HttpConnector,
  HttpMethod,
  InputSchema,
} from '../../lib';
import type { JsonObject } from '../../runtime/core/contracts';
import type { ConnectorsDeployment } from './deployment';

/** A kind of connector, as the benchmark declares and measures it. A new kind is one more row of `KINDS`. */
export interface ConnectorKind {
  readonly name: string;
  /** Declares it in the benchmark's app, with its tools. */
  readonly declare: (stack: Stack, targetUrl: string) => Connector;
  /** A read of one tool, whose target answers at once. */
  readonly call: { readonly tool: string; readonly args: JsonObject };
  /** The same read without the product, from this machine. */
  readonly bare: (deployment: ConnectorsDeployment) => () => Promise<unknown>;
}

const ID = { type: 'string', pattern: '^[A-Za-z0-9_-]{1,64}$', maxLength: 64 };

function object(properties: Readonly<Record<string, object>>): InputSchema {
  const required = Object.keys(properties);
  return InputSchema.fromString(JSON.stringify({ type: 'object', additionalProperties: false, required, properties }));
}

export const KINDS: readonly ConnectorKind[] = [
  {
    name: 'http',
    declare: (stack, baseUrl) => {
      const notes = new HttpConnector(stack, 'Notes', {
        baseUrl,
        credential: Credential.bearer('notes-write'),
        credentials: [BoundCredential.forReads(Credential.header('notes-read', 'x-api-key'))],
      });
      const input = object({ id: ID });
      notes.addTool('notes_get', {
        description: 'Read',
        method: HttpMethod.GET,
        path: '/notes/{id}',
        input,
        effect: Effect.READ,
      });
      notes.addTool('notes_put', {
        description: 'Write',
        method: HttpMethod.PUT,
        path: '/notes/{id}',
        input,
        effect: Effect.WRITE,
      });
      notes.addTool('notes_echo', {
        description: 'Echo',
        method: HttpMethod.GET,
        path: '/echo/{id}',
        input,
        effect: Effect.READ,
      });
      notes.addTool('notes_echo_write', {
        description: 'Echo',
        method: HttpMethod.PUT,
        path: '/echo/{id}',
        input,
        effect: Effect.WRITE,
      });
      return notes;
    },
    call: { tool: 'notes_get', args: { id: 'T-1' } },
    bare:
      ({ target }) =>
      () =>
        target.ask('/notes/T-1'),
  },
  {
    name: 'aws',
    declare: (stack) => {
      const files = new AwsConnector(stack, 'Files');
      const bucket = new s3.Bucket(stack, 'Shelf', { removalPolicy: RemovalPolicy.DESTROY });
      files.addTool('files_get', {
        description: 'Read a file',
        operation: AwsOperation.s3GetObject(bucket, { prefix: 'files/' }),
        input: object({ key: ID }),
        effect: Effect.READ,
      });
      return files;
    },
    call: { tool: 'files_get', args: { key: 'one' } },
    bare: (deployment) => {
      const client = new S3Client(deployment.emulator.clientConfig());
      const Bucket = deployment.physicalId('Shelf');
      return async () => {
        const { Body } = await client.send(new GetObjectCommand({ Bucket, Key: 'files/one' }));
        return Body?.transformToString();
      };
    },
  },
];

import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { RemovalPolicy, type Stack } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as s3 from 'aws-cdk-lib/aws-s3';
import {
  AwsConnector,
  AwsOperation,
  BoundCredential,
  type Connector,
  ConnectorFunction,
  Credential,
  Effect,
  HttpConnector,
  HttpMethod,
  InputSchema,
  LambdaConnector,
  McpConnector,
  OpenApiConnector,
  OpenApiDocument,
  ServerReview,
} from '../../lib';
import type { JsonObject } from '../../runtime/core/contracts';
import { formatReview } from '../../runtime/core/review/format-review';
import { reviewDefinitions } from '../../runtime/core/review/review-definition';
import type { ConnectorsDeployment } from './deployment';
import { MCP_TOOLS } from './mcp-server';

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
        target.ask('/notes/T-1', 'read'),
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
  {
    name: 'openapi',
    declare: (stack, baseUrl) =>
      new OpenApiConnector(stack, 'Api', {
        document: OpenApiDocument.fromString(JSON.stringify(API)),
        operations: ['getNote'],
        baseUrl,
        credential: Credential.header('api-key', 'x-api-key'),
      }),
    call: { tool: 'api_getNote', args: { id: 'T-1' } },
    bare:
      ({ target }) =>
      () =>
        target.ask('/api/notes/T-1', 'api'),
  },
  {
    name: 'mcp',
    declare: (stack, targetUrl) =>
      new McpConnector(stack, 'Mcp', {
        review: ServerReview.fromString(reviewOf(targetUrl)),
        internal: true,
        credential: Credential.bearer('mcp-token'),
      }),
    call: { tool: 'mcp_get_note', args: { id: 'T-1' } },
    bare:
      ({ target }) =>
      () =>
        target.ask('/mcp', 'mcp', { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'get_note' } }),
  },
  {
    name: 'lambda',
    declare: (stack) => {
      const code = lambda.Code.fromInline('exports.handler = async () => ({ text: "A note of a few words." })');
      const team = new LambdaConnector(stack, 'Team', {
        handler: ConnectorFunction.fromCode({ code, runtime: lambda.Runtime.NODEJS_22_X }),
      });
      team.addTool('team_get', { description: 'Read', input: object({ id: ID }), effect: Effect.READ });
      return team;
    },
    call: { tool: 'team_get', args: { id: 'T-1' } },
    bare: (deployment) => {
      const client = new LambdaClient(deployment.emulator.clientConfig());
      const FunctionName = deployment.physicalId('Team/Called/Function');
      return () => client.send(new InvokeCommand({ FunctionName, Payload: '{}' }));
    },
  },
];

const API = {
  openapi: '3.1.0',
  info: { title: 'Notes', version: '1' },
  servers: [{ url: 'https://notes.example.com' }],
  security: [{ key: [] }],
  components: { securitySchemes: { key: { type: 'apiKey', in: 'header', name: 'x-api-key' } } },
  paths: {
    '/api/notes/{id}': {
      get: {
        operationId: 'getNote',
        summary: 'Read a note',
        parameters: [{ name: 'id', in: 'path', required: true, schema: ID }],
      },
    },
  },
};

/** What an import writes, with every tool granted. */
function reviewOf(targetUrl: string): string {
  return formatReview({
    v: 1,
    kind: 'mcp',
    source: { url: `${targetUrl}/mcp`, name: 'notes', version: '1.0.0' },
    prefix: 'mcp_',
    tools: reviewDefinitions(MCP_TOOLS, { prefix: 'mcp_' }).map((tool) => ({ ...tool, granted: true, effect: 'read' })),
  });
}

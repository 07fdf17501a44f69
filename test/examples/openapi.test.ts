import { readFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import * as path from 'node:path';
import { App, Validations } from 'aws-cdk-lib';
import { NotionStack } from '../../examples/openapi/notion-stack';
import { Effect, HardenedAgentChecks } from '../../lib';
import { prove } from '../../lib/prove/claims';
import { explain } from '../../lib/prove/explain';
import { Assembly } from '../../lib/template';
import type { StoredPage } from '../../runtime/aws/page-store';
import type { JsonObject } from '../../runtime/core/contracts';
import { ToolSchemas } from '../../runtime/core/schema/tool-schemas';
import { callHttpTarget } from '../../runtime/executor/http-target';
import { TOOL } from '../runtime/executor/executor-world';

const SOURCE = path.join(__dirname, '../../examples/openapi/notion-stack.ts');
const EFFECTS = { read: Effect.READ, outbound: Effect.OUTBOUND };

let stack: NotionStack;
let directory: string;
beforeAll(() => {
  const app = new App({ builtinCloudFormationValidation: false });
  stack = new NotionStack(app, 'Notion', { imageDigest: `sha256:${'0'.repeat(64)}` });
  Validations.of(app).addPlugins(new HardenedAgentChecks(app));
  // It throws when a check has a finding, and when something warns.
  ({ directory } = app.synth());
});

test('the document of a well-known service becomes a connector in under 20 lines', () => {
  const [, connector] = readFileSync(SOURCE, 'utf8').split(/\/\/ The connector: .*\n|\/\/ Its end\.\n/);
  expect(connector.trim().split('\n').length).toBeLessThan(20);
});

test('the tools have the effects of the review', () => {
  expect(stack.notion.tools.map(({ toolName, effect }) => [toolName, effect])).toEqual([
    ['notion_post-search', EFFECTS.read],
    ['notion_retrieve-a-page', EFFECTS.read],
    ['notion_retrieve-page-markdown', EFFECTS.read],
    ['notion_get-block-children', EFFECTS.read],
    ['notion_query-data-source', EFFECTS.read],
    ['notion_create-a-comment', EFFECTS.outbound],
  ]);
});

test('its template is proven', () => {
  const { claims, paths, parts } = prove(Assembly.load(directory));
  expect(claims.flatMap(({ counterExamples }) => counterExamples)).toEqual([]);
  expect(paths.filter((each) => explain(parts, each) === undefined)).toEqual([]);
});

describe('at a stand-in of the service', () => {
  interface Received {
    readonly method?: string;
    readonly url?: string;
    readonly headers: IncomingHttpHeaders;
    readonly body: string;
  }
  const received: Received[] = [];
  const server = createServer();
  let baseUrl: string;
  beforeAll(async () => {
    server.on('request', (request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => {
        body += chunk.toString();
      });
      request.on('end', () => {
        received.push({ method: request.method, url: request.url, headers: request.headers, body });
        const isFirst = !body.includes('start_cursor') && !request.url?.includes('start_cursor');
        response.end(JSON.stringify({ results: [], next_cursor: isFirst ? 'c2' : null }));
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => void server.close());
  beforeEach(() => {
    received.length = 0;
  });

  const kept = new Map<string, StoredPage>();
  const pages = {
    put: async (_: string, reference: string, page: StoredPage) => void kept.set(reference, page),
    get: async (_: string, reference: string) => kept.get(reference),
  };

  /** As the executor calls it, after the same check of the arguments. */
  async function call(operation: string, args: JsonObject) {
    const tool = stack.notion.tool(operation);
    const deployed = {
      ...TOOL,
      name: tool.toolName,
      schema: tool._options.input._document,
      http: tool._operation.http,
    };
    expect(new ToolSchemas().validate(deployed, args)).toMatchObject({ ok: true });
    const credential = { name: 'notion', kind: 'bearer' } as const;
    return callHttpTarget({ baseUrl, reach: 'internal', pages, sessionId: 's' }, deployed, args, credential, {
      value: 'ntn_stand_in',
      version: '1',
    });
  }

  test('a search has its version and its credential, and pages', async () => {
    const { reason } = await call('post-search', { query: 'roadmap', filter: { property: 'object', value: 'page' } });
    const page = /"page_reference": "([\w-]{22})"/.exec(reason ?? '')?.[1] ?? '';
    const last = await call('post-search', {
      query: 'roadmap',
      filter: { property: 'object', value: 'page' },
      page_reference: page,
    });
    expect(last.reason).toBeUndefined();
    expect(received.map(({ method, url, body }) => [method, url, JSON.parse(body) as JsonObject])).toEqual([
      ['POST', '/v1/search', { query: 'roadmap', filter: { property: 'object', value: 'page' } }],
      ['POST', '/v1/search', { query: 'roadmap', filter: { property: 'object', value: 'page' }, start_cursor: 'c2' }],
    ]);
    expect(received[0].headers).toMatchObject({
      'notion-version': '2025-09-03',
      authorization: 'Bearer ntn_stand_in',
      'content-type': 'application/json',
    });
  });

  test('a comment has a nested body, and a page stays in its segment', async () => {
    const comment = { parent: { page_id: 'p1' }, rich_text: [{ text: { content: 'Done.' } }] };
    await call('create-a-comment', comment);
    await call('get-block-children', { block_id: 'b1', page_size: 5 });
    expect(JSON.parse(received[0].body)).toEqual(comment);
    expect(received[0].headers).toMatchObject({ 'notion-version': '2025-09-03' });
    expect(received[1].url).toBe('/v1/blocks/b1/children?page_size=5');
    await expect(call('get-block-children', { block_id: '../users' })).rejects.toThrow('contains a slash');
    expect(received).toHaveLength(2);
  });
});

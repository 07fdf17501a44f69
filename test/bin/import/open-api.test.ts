import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { Credential, OpenApiConnector, OpenApiDocument, ServerReview } from '../../../lib';
import { parseReview } from '../../../runtime/core/review/parse-review';
import { hardenedAgent } from '../hardened-agent-call';

const API = `
openapi: 3.0.3
info: { title: Tickets, version: 1.2.0 }
servers: [{ url: https://tickets.example.com/api }]
components: { securitySchemes: { token: { type: http, scheme: bearer } } }
security: [{ token: [] }]
paths:
  /tickets/{id}:
    parameters: [{ name: id, in: path, required: true, schema: { type: string } }]
    get: { operationId: getTicket, summary: Read a ticket, responses: { '200': { description: ok } } }
    delete: { operationId: deleteTicket, summary: Delete, responses: { '200': { description: ok } } }
`;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'import-api-'));
  writeFileSync(path.join(folder, 'cdk.json'), '{}');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const at = (name: string) => path.join(folder, name);
const run = (file: string, ...args: string[]) => hardenedAgent(['import', file, '--dir', folder, ...args]);

test('an OpenAPI document becomes a review, a copy of it and a connector that takes both', async () => {
  const outside = mkdtempSync(path.join(tmpdir(), 'api-'));
  writeFileSync(path.join(outside, 'openapi.yaml'), API);
  const { code, out } = await run(path.join(outside, 'openapi.yaml'), '--grant-reads', '--grant', 'deleteTicket');
  rmSync(outside, { recursive: true });
  expect(code).toBe(0);
  expect(out.join('\n')).toMatch(/Reads\n.*tickets_getTicket.*\n.*Destructive.*\n.*tickets_deleteTicket/);
  expect(readFileSync(at('connectors/tickets.openapi.yaml'), 'utf8')).toBe(API);
  expect(readFileSync(at('connectors/tickets.ts'), 'utf8')).toContain(
    [
      "    document: OpenApiDocument.fromFile('connectors/tickets.openapi.yaml'),",
      "    review: ServerReview.fromFile('connectors/tickets.review.json'),",
      "    credential: Credential.bearer('tickets-token'),",
    ].join('\n'),
  );
  const connector = new OpenApiConnector(new Stack(new App(), 'Stack'), 'Tickets', {
    document: OpenApiDocument.fromFile(at('connectors/tickets.openapi.yaml')),
    review: ServerReview.fromFile(at('connectors/tickets.review.json')),
    credential: Credential.bearer('tickets-token'),
  });
  expect(connector.tools.map(({ toolName, effect }) => [toolName, effect.name])).toEqual([
    ['tickets_getTicket', 'read'],
    ['tickets_deleteTicket', 'destructive'],
  ]);
});

test('a document in the app stays where it is; what changed in it is shown', async () => {
  writeFileSync(at('tickets.yaml'), API);
  await run(at('tickets.yaml'), '--grant-reads');
  expect(existsSync(at('connectors/tickets.openapi.yaml'))).toBe(false);
  const parsed = parseReview(readFileSync(at('connectors/tickets.review.json'), 'utf8'));
  expect(parsed).toMatchObject({ ok: true, review: { kind: 'openapi', source: { document: '../tickets.yaml' } } });
  const compare = () => hardenedAgent(['import', '--compare', '--dir', folder]);
  expect((await compare()).code).toBe(0);
  writeFileSync(at('tickets.yaml'), API.replace('Read a ticket', 'Read and close a ticket'));
  const { code, out } = await compare();
  expect(code).toBe(1);
  expect(out.join('\n')).toContain('is "Read and close a ticket"');
  rmSync(at('tickets.yaml'));
  expect((await compare()).err[0]).toContain("which isn't there");
});

test('a document with another server takes nothing over, not at the import and not at the synthesis', async () => {
  writeFileSync(at('tickets.yaml'), API);
  await run(at('tickets.yaml'), '--grant-reads');
  const review = readFileSync(at('connectors/tickets.review.json'), 'utf8');
  const connector = () =>
    new OpenApiConnector(new Stack(new App(), 'Stack'), 'Tickets', {
      document: OpenApiDocument.fromFile(at('tickets.yaml')),
      review: ServerReview.fromFile(at('connectors/tickets.review.json')),
      credential: Credential.bearer('tickets-token'),
    });
  expect(connector).not.toThrow();
  writeFileSync(at('tickets.yaml'), API.replace('tickets.example.com', 'tickets.example.net'));
  const { code, out } = await run(at('tickets.yaml'));
  expect({ code, out: out.join('\n') }).toEqual({ code: 1, out: expect.stringContaining('on another host') });
  expect(readFileSync(at('connectors/tickets.review.json'), 'utf8')).toBe(review);
  expect(connector).toThrow(/Stack\/Tickets: the server of .* is https:\/\/tickets\.example\.net\/api, but/);
  writeFileSync(at('connectors/tickets.review.json'), review.replace('tickets.example.com', 'tickets.example.net'));
  expect((await run(at('tickets.yaml'))).code).toBe(0);
  expect(connector).not.toThrow();
});

test('an accepted operation with another method has at least the effect of that method', async () => {
  writeFileSync(at('tickets.yaml'), API);
  await run(at('tickets.yaml'), '--grant-reads');
  writeFileSync(
    at('tickets.yaml'),
    API.replace('getTicket', 'x').replace('deleteTicket', 'getTicket').replace('Delete', 'Read a ticket'),
  );
  await run(at('tickets.yaml'), '--accept', 'getTicket');
  const parsed = parseReview(readFileSync(at('connectors/tickets.review.json'), 'utf8'));
  expect(parsed.ok && parsed.review.tools.find(({ original }) => original === 'getTicket')).toMatchObject({
    granted: true,
    effect: 'destructive',
    listed: { title: 'DELETE /tickets/{id}' },
  });
});

test.each([
  ['a document of another version', 'openapi: 4.0.0\ninfo: {}\npaths: {}\n', /OpenAPI 4\.0\.0/],
  [
    'a reference to elsewhere',
    API.replace('schema: { type: string }', "schema: { $ref: 'https://evil.example/a' }"),
    /evil\.example|leads out/,
  ],
])('%s is explained', async (_, text, message) => {
  writeFileSync(at('a.yaml'), text);
  const { out } = await run(at('a.yaml'), '--json');
  expect(out.join('\n')).toMatch(message);
});

import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { formatReview } from '../../runtime/core/review/format-review';
import { reviewDefinition } from '../../runtime/core/review/review-definition';

const ROOT = path.join(__dirname, '../..');
const folder = mkdtempSync(path.join(tmpdir(), 'connector-demo-'));
const file = path.join(folder, 'tracker.review.json');

afterAll(() => rmSync(folder, { recursive: true, force: true }));

beforeAll(() => {
  const object = (properties: object) => ({ type: 'object', properties }) as never;
  const tools = [
    reviewDefinition(
      { name: 'search', description: 'Search issues', inputSchema: object({ text: { type: 'string' } }) },
      { prefix: 'tracker_', effect: 'read', granted: true },
    ),
    reviewDefinition(
      { name: 'delete', description: 'Delete an issue', inputSchema: object({ id: { type: 'integer' } }) },
      { prefix: 'tracker_', effect: 'destructive', granted: true },
    ),
    reviewDefinition({ name: 'drop', description: 'Drop', inputSchema: object({}) }, { prefix: 'tracker_' }),
  ];
  const source = { url: 'https://mcp.example.com/mcp' };
  writeFileSync(file, formatReview({ v: 1, kind: 'mcp', source, prefix: 'tracker_', tools }));
});

test('plays an injected story against the connector of a review file', async () => {
  const { code, out } = await new Promise<{ code: number; out: string }>((resolve) => {
    const tsx = path.join(ROOT, 'node_modules/.bin/tsx');
    const args = ['examples/quickstart/demo.ts', '--connector', file];
    const child = execFile(tsx, args, { cwd: ROOT }, (_, stdout, stderr) =>
      resolve({ code: child.exitCode ?? 1, out: stdout + stderr }),
    );
  });
  expect({ code, failed: out.split('\n').filter((line) => line.includes('✗')) }).toEqual({ code: 0, failed: [] });
  for (const layer of [
    '2 of the 3 tools of the server',
    'call tracker_delete: approval: it is destructive, so it waits for a person; the server got nothing',
    'RECENTLY_REFUSED',
    'call tracker_drop, which nobody granted: scope: UNKNOWN_TOOL',
    'schema: INVALID_ARGUMENTS',
    'IAM: AccessDenied',
    'pin: DEFINITION_CHANGED',
    'the server’s token: 0 hits',
    'All 12 steps went as expected.',
  ]) {
    expect(out).toContain(layer);
  }
}, 240_000);

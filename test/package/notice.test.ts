import { globSync, readFileSync } from 'node:fs';
import * as path from 'node:path';
import { build } from 'esbuild';

const ROOT = path.join(__dirname, '../..');

/** What `scripts/bundle.mjs` bundles. */
const ENTRY_POINTS = [
  ...globSync('runtime/*/*.lambda.ts', { cwd: ROOT }),
  'runtime/agent-bridge/main.ts',
  'runtime/desk-page/main.tsx',
  'bin/ledger/entry-worker.ts',
  'bin/preflight/sdk.ts',
  'bin/hardened-agent.ts',
  'lib/private/document-yaml.ts',
];

/** Names of the packages of which something is in a bundle. */
async function bundledPackages(): Promise<string[]> {
  const { metafile } = await build({
    absWorkingDir: ROOT,
    entryPoints: ENTRY_POINTS,
    outdir: path.join(ROOT, 'build'),
    write: false,
    metafile: true,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    mainFields: ['module', 'main'],
    jsx: 'automatic',
    jsxImportSource: 'preact',
    external: ['#cedar'],
    logLevel: 'error',
  });
  const files = Object.values(metafile.outputs).flatMap(({ inputs }) =>
    Object.entries(inputs).flatMap(([file, { bytesInOutput }]) => (bytesInOutput > 0 ? [file] : [])),
  );
  const names = files.map((file) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1]);
  return [...new Set(names.filter((name) => name !== undefined))].sort();
}

test('NOTICE names each package that is bundled', async () => {
  const notice = readFileSync(path.join(ROOT, 'NOTICE'), 'utf8');
  const names = new Set(notice.split(/[^\w@/-]+/));
  const bundled = await bundledPackages();
  expect(bundled).toContain('preact');
  // The SDK for MCP is named in words, and the packages of the SDK for AWS by their scopes.
  const others = bundled.filter((name) => name !== '@modelcontextprotocol/sdk');
  expect(others.filter((name) => !names.has(name) && !names.has(name.split('/')[0] as string))).toEqual([]);
}, 180_000);

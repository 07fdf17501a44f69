// Bundles what runs inside Lambda and the agent's task, so that a user of the package needs neither esbuild nor Docker.
// One `runtime/<pillar>/<name>.lambda.ts` becomes `runtime-bundles/<pillar>-<name>/index.js`, exporting `handler`.
import { copyFileSync, existsSync, globSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const bundles = path.join(root, 'runtime-bundles');
// Built beside and swapped in at the end: a synthesis that runs meanwhile never meets half a bundle.
const out = `${bundles}.new-${process.pid}`;
const cedarWasm = path.join(root, 'node_modules/@cedar-policy/cedar-wasm/nodejs/cedar_wasm_bg.wasm');

const shared = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  target: 'node22',
  format: 'cjs',
  mainFields: ['module', 'main'],
  legalComments: 'none',
  logLevel: 'warning',
};

const handlers = globSync('runtime/*/*.lambda.ts', { cwd: root });
await Promise.all(
  handlers.map((handler) => {
    const [, pillar, file] = handler.split(path.sep);
    const directory = path.join(out, `${pillar}-${file.replace('.lambda.ts', '')}`);
    return build({
      ...shared,
      entryPoints: [handler],
      outfile: path.join(directory, 'index.js'),
      minifyWhitespace: true,
    });
  }),
);

const bridge = 'runtime/agent-bridge/main.ts';
if (existsSync(path.join(root, bridge))) {
  await build({ ...shared, entryPoints: [bridge], outfile: path.join(out, 'agent-bridge/index.js') });
}
const auditWorker = 'bin/ledger/entry-worker.ts';
if (existsSync(path.join(root, auditWorker))) {
  await build({ ...shared, entryPoints: [auditWorker], outfile: path.join(out, 'audit-worker/index.js') });
}
const commandLine = 'bin/hardened-agent.ts';
if (existsSync(path.join(root, commandLine))) {
  await build({
    ...shared,
    entryPoints: [commandLine],
    outfile: path.join(root, 'bin/hardened-agent.js'),
    // Comes with the package, and reads a .wasm beside itself.
    external: ['@cedar-policy/cedar-wasm'],
    banner: { js: '#!/usr/bin/env node' },
  });
}

// esbuild leaves out the .wasm that cedar-wasm reads beside its own file.
for (const bundle of globSync('*/index.js', { cwd: out })) {
  if (readFileSync(path.join(out, bundle), 'utf8').includes('cedar_wasm_bg.wasm')) {
    mkdirSync(path.dirname(path.join(out, bundle)), { recursive: true });
    copyFileSync(cedarWasm, path.join(out, path.dirname(bundle), 'cedar_wasm_bg.wasm'));
  }
}

const old = `${bundles}.old-${process.pid}`;
if (existsSync(bundles)) renameSync(bundles, old);
renameSync(out, bundles);
rmSync(old, { recursive: true, force: true });

// Bundles what runs inside Lambda and the agent's task, so that a user of the package needs neither esbuild nor Docker:
// `runtime/<pillar>/<name>.lambda.ts` becomes `runtime-bundles/<pillar>-<name>/index.js`, which exports `handler`.
// The command line becomes `build/bin/hardened-agent.js`.
import { chmodSync, copyFileSync, existsSync, globSync, readFileSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const bundles = path.join(root, 'runtime-bundles');
// Everything is built under another name and renamed at the end, so a synthesis that runs at the same time never sees half a bundle.
const unfinished = `${bundles}.new-${process.pid}`;
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
    const directory = path.join(unfinished, `${pillar}-${file.replace('.lambda.ts', '')}`);
    return build({
      ...shared,
      entryPoints: [handler],
      outfile: path.join(directory, 'index.js'),
      minifyWhitespace: true,
    });
  }),
);
for (const [entryPoint, bundle] of [
  ['runtime/agent-bridge/main.ts', 'agent-bridge'],
  ['bin/ledger/entry-worker.ts', 'audit-worker'],
]) {
  await build({ ...shared, entryPoints: [entryPoint], outfile: path.join(unfinished, bundle, 'index.js') });
}
// esbuild leaves out the .wasm file that cedar-wasm reads from its own folder.
for (const bundle of globSync('*/index.js', { cwd: unfinished })) {
  if (readFileSync(path.join(unfinished, bundle), 'utf8').includes('cedar_wasm_bg.wasm')) {
    copyFileSync(cedarWasm, path.join(unfinished, path.dirname(bundle), 'cedar_wasm_bg.wasm'));
  }
}

const old = `${bundles}.old-${process.pid}`;
if (existsSync(bundles)) renameSync(bundles, old);
renameSync(unfinished, bundles);
rmSync(old, { recursive: true, force: true });

// The compiler writes to build/ too, so only this one file is replaced.
const commandLine = path.join(root, 'build/bin/hardened-agent.js');
const unfinishedCommandLine = `${commandLine}.new-${process.pid}`;
await build({
  ...shared,
  entryPoints: ['bin/hardened-agent.ts'],
  outfile: unfinishedCommandLine,
  // The package bundles it as a dependency, and it reads a .wasm file from its own folder.
  external: ['@cedar-policy/cedar-wasm'],
  banner: { js: '#!/usr/bin/env node' },
});
chmodSync(unfinishedCommandLine, 0o755);
renameSync(unfinishedCommandLine, commandLine);

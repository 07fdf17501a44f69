// Bundles what runs inside Lambda and the agent's task, so that a user of the package needs neither esbuild nor Docker:
// `runtime/<pillar>/<name>.lambda.ts` becomes `runtime-bundles/<pillar>-<name>/index.js`, which exports `handler`.
// The command line becomes `build/bin/hardened-agent.js`, and Cedar is copied to `build/cedar`, the `#cedar` of package.json. What only
// checks templates becomes a package of one file in `build/checker`.
import {
  chmodSync,
  copyFileSync,
  cpSync,
  existsSync,
  globSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const bundles = path.join(root, 'runtime-bundles');
const CEDAR_WASM = 'cedar_wasm_bg.wasm';
// Everything is built under another name and renamed at the end, so a synthesis that runs at the same time never sees half a bundle.
const unfinished = `${bundles}.new-${process.pid}`;

// Only the build for Node: the package of Cedar has the same 4 MB of WebAssembly three times, and npm can't bundle a part of it.
const cedar = path.join(root, 'build/cedar');
mkdirSync(cedar, { recursive: true });
for (const file of ['cedar_wasm.js', 'cedar_wasm.d.ts', CEDAR_WASM]) {
  const unfinishedFile = path.join(cedar, `${file}.new-${process.pid}`);
  copyFileSync(path.join(root, 'node_modules/@cedar-policy/cedar-wasm/nodejs', file), unfinishedFile);
  renameSync(unfinishedFile, path.join(cedar, file));
}

// Before anything else runs, in words that every Node understands: an old one fails later, and says nothing useful.
const REFUSE_OLD_NODE = `
if (Number(process.versions.node.split('.')[0]) < 22) {
  process.stderr.write('hardened-agent needs Node 22 or later, and this is Node ' + process.versions.node + '. Install it, for example with npm install --save-dev node@22.\\n');
  process.exit(2);
}`.trim();

const shared = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  target: 'node22',
  format: 'cjs',
  mainFields: ['module', 'main'],
  // A third smaller. Functions and classes keep their names, so that a stack trace in a function's logs can be read. What sets these
  // names takes less time at the start than can be measured.
  minifyWhitespace: true,
  minifyIdentifiers: true,
  minifySyntax: true,
  keepNames: true,
  legalComments: 'none',
  logLevel: 'warning',
};

// The constructs read OpenAPI documents in YAML. A tenth of the parser's package is enough for that.
const yaml = path.join(root, 'build/yaml/document-yaml.js');
const unfinishedYaml = `${yaml}.new-${process.pid}`;
await build({
  ...shared,
  entryPoints: ['lib/private/document-yaml.ts'],
  outfile: unfinishedYaml,
  minify: true,
  keepNames: false,
});
renameSync(unfinishedYaml, yaml);

const handlers = globSync('runtime/*/*.lambda.ts', { cwd: root });
await Promise.all(
  handlers.map((handler) => {
    const [, pillar, file] = handler.split(path.sep);
    const bundle = `${pillar}-${file.replace('.lambda.ts', '')}`;
    const directory = path.join(unfinished, bundle);
    return build({
      ...shared,
      entryPoints: [handler],
      outfile: path.join(directory, 'index.js'),
      // The web desk takes no part in a decision, so its stack traces matter least, and this halves it.
      ...(pillar === 'desk' ? { minify: true, keepNames: false } : {}),
    });
  }),
);
for (const [entryPoint, bundle] of [
  ['runtime/agent-bridge/main.ts', 'agent-bridge'],
  ['bin/ledger/entry-worker.ts', 'audit-worker'],
]) {
  await build({ ...shared, entryPoints: [entryPoint], outfile: path.join(unfinished, bundle, 'index.js') });
}
// The code sandbox's supervisor is a program in Python, which the handler starts from its own folder. The whole folder is what the
// sandbox's image is built from.
for (const folder of ['supervisor', 'image']) {
  cpSync(path.join(root, 'runtime/code-sandbox', folder), path.join(unfinished, 'code-sandbox-run', folder), {
    recursive: true,
    // What Python keeps of the programs that it has read.
    filter: (from) => path.basename(from) !== '__pycache__',
  });
}
// An image copies the bridge from this folder: what it needs is written beside it.
copyFileSync(path.join(root, 'docs/agent-bridge.md'), path.join(unfinished, 'agent-bridge/README.md'));
// The page of the web desk, beside the function that serves it. Nobody debugs it in a function's logs, so it is as small as can be.
for (const [entryPoint, file] of [
  ['runtime/desk-page/main.tsx', 'desk.js'],
  ['runtime/desk-page/desk.css', 'desk.css'],
]) {
  await build({
    absWorkingDir: root,
    entryPoints: [entryPoint],
    outfile: path.join(unfinished, 'desk-serve', file),
    bundle: true,
    minify: true,
    platform: 'browser',
    target: ['chrome123', 'firefox120', 'safari17.5'],
    format: 'esm',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    legalComments: 'none',
    logLevel: 'warning',
  });
}
// esbuild leaves out the .wasm file that Cedar reads from its own folder. The package leaves these copies out too:
// lib/private/bundle-path.ts adds the file at synth.
for (const bundle of globSync('*/index.js', { cwd: unfinished })) {
  if (readFileSync(path.join(unfinished, bundle), 'utf8').includes(CEDAR_WASM)) {
    copyFileSync(path.join(cedar, CEDAR_WASM), path.join(unfinished, path.dirname(bundle), CEDAR_WASM));
  }
}

const old = `${bundles}.old-${process.pid}`;
if (existsSync(bundles)) renameSync(bundles, old);
renameSync(unfinished, bundles);
rmSync(old, { recursive: true, force: true });

// The compiler writes to build/ too, so only these files are replaced. `preflight` alone needs most of the AWS SDK, and loads it
// from a file of its own, so that the other commands start fast.
const PREFLIGHT_SDK = 'preflight-sdk.js';
const sdkApart = {
  name: 'sdk-apart',
  setup: (building) => {
    building.onResolve({ filter: /^\.\.?\/(preflight\/)?sdk$/ }, ({ kind }) =>
      kind === 'entry-point' ? undefined : { path: `./${PREFLIGHT_SDK}`, external: true },
    );
  },
};
const checker = path.join(root, 'build/checker');
mkdirSync(checker, { recursive: true });
for (const [entryPoint, file, more] of [
  [
    'bin/hardened-agent-check.ts',
    '../checker/hardened-agent-check.js',
    { banner: { js: `#!/usr/bin/env node\n${REFUSE_OLD_NODE}` } },
  ],
  // None of our code is in it, so its names don't matter in a stack trace.
  ['bin/preflight/sdk.ts', PREFLIGHT_SDK, { minify: true, keepNames: false }],
  [
    'bin/hardened-agent.ts',
    'hardened-agent.js',
    {
      // It reads a .wasm file from its own folder.
      external: ['#cedar'],
      plugins: [sdkApart],
      banner: { js: `#!/usr/bin/env node\n${REFUSE_OLD_NODE}` },
    },
  ],
]) {
  const outfile = path.join(root, 'build/bin', file);
  const unfinishedFile = `${outfile}.new-${process.pid}`;
  await build({ ...shared, entryPoints: [entryPoint], outfile: unfinishedFile, ...more });
  chmodSync(unfinishedFile, 0o755);
  renameSync(unfinishedFile, outfile);
}
const {
  name: library,
  version,
  license,
  engines,
  repository,
} = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
writeFileSync(
  path.join(checker, 'package.json'),
  `${JSON.stringify(
    {
      name: 'hardened-agent-check',
      version,
      description: `Checks CloudFormation templates of AI agents: the rules of ${library}, without the CDK.`,
      license,
      engines,
      bin: { 'hardened-agent-check': 'hardened-agent-check.js' },
    },
    undefined,
    2,
  )}\n`,
);
copyFileSync(path.join(root, 'LICENSE'), path.join(checker, 'LICENSE'));
writeFileSync(
  path.join(checker, 'NOTICE'),
  'hardened-agent-check\n\nThe program contains, each under its own licence: yaml (ISC) and commander (MIT).\n',
);
// There, the command has another name, and no other page is beside this one.
writeFileSync(
  path.join(checker, 'README.md'),
  readFileSync(path.join(root, 'docs/checking-templates.md'), 'utf8')
    .replace(/\nWhere this page says .*?\n(?=\n)/s, '')
    .replace(/\bhardened-agent (?=check|explain)/g, 'hardened-agent-check ')
    .replace(/\]\((?!https:|#)/g, `](${repository.url.replace(/\.git$/, '')}/blob/main/docs/`)
    .replaceAll('/docs/../', '/'),
);

import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const ROOT = path.join(__dirname, '../../..');

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'litter-'));
  mkdirSync(path.join(folder, 'tmp'));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Synthesizes the quickstart in a process that has a temporary folder of its own. */
function synthesize(context: Record<string, unknown> = {}) {
  const out = path.join(folder, 'cdk.out');
  const { status, stderr } = spawnSync(path.join(ROOT, 'node_modules/.bin/tsx'), ['bin/app.ts'], {
    cwd: ROOT,
    encoding: 'utf8',
    env: {
      ...process.env,
      TMPDIR: path.join(folder, 'tmp'),
      CDK_OUTDIR: out,
      CDK_CONTEXT_JSON: JSON.stringify(context),
    },
  });
  const left = readdirSync(path.join(folder, 'tmp')).filter((name) => !name.startsWith('tsx-'));
  const sources = existsSync(out) ? readdirSync(out).filter((name) => name.startsWith('hardened-agent-')) : [];
  return { status, stderr, left, sources, out };
}

test('a synthesis leaves nothing in the temporary folder', () => {
  const { status, stderr, left, sources } = synthesize();
  expect({ status, left, sources, stderr: status === 0 ? '' : stderr }).toEqual({
    status: 0,
    left: [],
    sources: [],
    stderr: '',
  });
});

test('a failed synthesis leaves nothing in the temporary folder', () => {
  // The CDK finds this fault when it writes the templates, after the bundles were staged.
  const { status, stderr, left, sources } = synthesize({ '@aws-cdk/core:stackResourceLimit': 1 });
  expect({ left, sources }).toEqual({ left: [], sources: [] });
  expect(status).not.toBe(0);
  expect(stderr).toContain('1');
});

test('without asset staging the folder that the assembly names stays, inside the assembly', () => {
  const { status, left, sources, out } = synthesize({ 'aws:cdk:disable-asset-staging': true });
  expect({ status, left }).toEqual({ status: 0, left: [] });
  expect(sources.length).toBeGreaterThan(0);
  const assets = readFileSync(path.join(out, 'Quickstart.assets.json'), 'utf8');
  for (const source of sources) expect(assets).toContain(source);
});

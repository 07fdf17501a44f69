import { spawnSync } from 'node:child_process';
import { chmodSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { CLAUDE_AGENT, installExample } from '../../../examples/quickstart/demo/installed-example';
import { AgentRun } from '../agent-run';
import { copiesOf, lastOf, readDockerfile } from './dockerfile';
import { bytesOf, claudeDockerfile, layOutImage } from './image-tree';

const EXAMPLE = path.join(__dirname, '../../../examples/claude-agent');
const CHECK = path.join(EXAMPLE, 'check-image.sh');

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'hardened-agent-image-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function check(...args: string[]): { status: number | null; out: string; fault: string } {
  const { status, stdout, stderr } = spawnSync('sh', [CHECK, ...args], { encoding: 'utf8' });
  return { status, out: stdout.trim(), fault: stderr.trim() };
}

function plant(file: string, mode: number): void {
  const full = path.join(folder, file);
  mkdirSync(path.dirname(full), { recursive: true });
  writeFileSync(full, '');
  chmodSync(full, mode);
}

describe('the Dockerfile', () => {
  const dockerfile = claudeDockerfile();
  const build = dockerfile.stages.find(({ name }) => name === 'build');
  const last = dockerfile.stages.at(-1);
  const runs = (build?.instructions ?? []).filter(({ name }) => name === 'RUN').map(({ rest }) => rest);

  test('takes each base image as an argument without a default, and checks for digests', () => {
    expect(dockerfile.args).toEqual({ BUILD_IMAGE: undefined, RUNTIME_IMAGE: undefined });
    expect(dockerfile.stages.map(({ base }) => base)).toEqual([
      expect.stringContaining('RUNTIME_IMAGE'),
      expect.stringContaining('BUILD_IMAGE'),
      'runtime',
    ]);
    expect(runs).toContain('sh check-image.sh digests "$BUILD_IMAGE" "$RUNTIME_IMAGE"');
  });

  test('ends the build on a base or a package with a setuid file or a package manager', () => {
    expect(build && copiesOf(build)).toContainEqual({ from: 'runtime', sources: ['/'], target: '/base', owner: '0:0' });
    expect(runs).toContain('sh check-image.sh tree /base');
    expect(runs).toContain('sh check-image.sh tree node_modules');
  });

  test('installs what the lockfile pins, for the target’s architecture, and runs no install script', () => {
    expect(runs.filter((run) => run.startsWith('npm'))).toEqual([
      'npm ci --ignore-scripts --os=linux --libc=glibc --cpu="$(sh check-image.sh cpu "$TARGETARCH")"',
    ]);
  });

  test('runs nothing in the last stage, and isn’t root', () => {
    expect(last?.instructions.map(({ name }) => name)).not.toContain('RUN');
    expect(last && lastOf(last, 'USER')).toBe('10001:10001');
    expect(last && lastOf(last, 'ENV')).toContain('HOME=/workspace');
    expect(last && lastOf(last, 'ENTRYPOINT')).toBe('["/nodejs/bin/node", "/app/agent.mjs"]');
  });

  test('sees only what it copies', () => {
    const ignore = readFileSync(path.join(EXAMPLE, '.dockerignore'), 'utf8').trim().split('\n');
    const own = dockerfile.stages.flatMap(copiesOf).filter(({ from }) => from === undefined);
    expect(ignore).toEqual([
      '*',
      ...[...new Set(own.flatMap(({ sources }) => sources))].sort().map((file) => `!${file}`),
    ]);
  });
});

test('the image that it describes has no setuid file and no package manager, and only /workspace is the agent’s', async () => {
  layOutImage(claudeDockerfile(), await installExample(CLAUDE_AGENT), folder);
  expect(check('tree', folder)).toEqual({ status: 0, out: '', fault: '' });
  const owned = globSync('**/*', { cwd: folder }).filter((file) => statSync(path.join(folder, file)).uid === 10001);
  const writable = globSync('**/*', { cwd: folder }).filter(
    (file) => (statSync(path.join(folder, file)).mode & 0o002) !== 0,
  );
  expect({ owned, writable }).toEqual({ owned: process.getuid?.() === 0 ? ['workspace'] : [], writable: [] });
  expect(statSync(path.join(folder, 'workspace')).mode & 0o777).toBe(0o700);
  expect(readFileSync(path.join(folder, 'etc/passwd'), 'utf8')).toContain(
    'agent:x:10001:10001::/workspace:/sbin/nologin\n',
  );
  expect(globSync('app/*', { cwd: folder }).sort()).toEqual([
    'app/agent.mjs',
    'app/gate-bridge.cjs',
    'app/node_modules',
    'app/package.json',
    'app/settings.mjs',
  ]);
  expect(bytesOf(folder)).toBeGreaterThan(100e6);
}, 180_000);

test('the agent runs with what the image has', async () => {
  layOutImage(claudeDockerfile(), await installExample(CLAUDE_AGENT), folder);
  const run = await AgentRun.start(CLAUDE_AGENT, {
    folder: path.join(folder, 'app'),
    gate: { tools: { get_task: [{}], respond: [{}] } },
    script: 'turns: [{ call: get_task }, { call: respond, with: { text: Hello. } }, { say: Done. }]',
    settings: { GATE_BRIDGE: '' },
  });
  try {
    expect(await run.agent.ended).toMatchObject({ code: 0, outcome: 'answered' });
  } finally {
    run.stop();
  }
}, 120_000);

test.each([
  ['usr/bin/su', 0o4755, 'setuid or setgid'],
  ['usr/bin/wall', 0o2755, 'setuid or setgid'],
  ['usr/bin/apt-get', 0o755, 'package manager'],
  ['sbin/../bin/apk', 0o755, 'package manager'],
])('a base with %s is refused', (file, mode, fault) => {
  plant('bin/node', 0o755);
  expect(check('tree', folder).status).toBe(0);
  plant(file, mode);
  expect(check('tree', folder)).toMatchObject({ status: 1, fault: expect.stringContaining(fault) });
});

test('an image by tag is refused', () => {
  expect(check('digests', `node@sha256:${'0'.repeat(64)}`).status).toBe(0);
  expect(check('digests', `node@sha256:${'0'.repeat(64)}`, 'node:22')).toMatchObject({
    status: 1,
    fault: expect.stringContaining('"node:22" has no digest'),
  });
});

test('another architecture is refused', () => {
  expect([check('cpu', 'amd64').out, check('cpu', 'arm64').out]).toEqual(['x64', 'arm64']);
  expect(check('cpu', 'riscv64')).toMatchObject({
    status: 1,
    fault: expect.stringContaining('"riscv64" is not supported'),
  });
});

test('a Dockerfile is read as Docker reads it', () => {
  const { args, stages } = readDockerfile(
    '# comment\nARG A=1\nFROM x AS y\nRUN a \\\n  b\nCOPY --from=z --chown=1:2 c d /e/\n',
  );
  expect(args).toEqual({ A: '1' });
  expect(stages).toHaveLength(1);
  expect(stages[0].instructions[0]).toMatchObject({ name: 'RUN', rest: expect.stringMatching(/^a\s+b$/) });
  expect(copiesOf(stages[0])).toEqual([{ from: 'z', sources: ['c', 'd'], target: '/e/', owner: '1:2' }]);
});

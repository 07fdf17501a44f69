import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const ROOT = path.join(__dirname, '../..');

let child: ChildProcess | undefined;
/** The demo's own temporary folder: the emulator's command line names a folder in it. */
let temporary: string;

beforeEach(() => {
  temporary = mkdtempSync(path.join(tmpdir(), 'hardened-agent-demo-'));
});

afterEach(() => {
  child?.kill('SIGKILL');
  child = undefined;
  rmSync(temporary, { recursive: true, force: true });
});

/** Runs the demo as `npm run demo` does, and says what it printed and how it ended. */
function demo(
  args: string[],
  onLine: (line: string) => void = () => {},
): Promise<{ code: number | null; out: string }> {
  return new Promise((resolve) => {
    let out = '';
    child = spawn(path.join(ROOT, 'node_modules/.bin/tsx'), ['examples/quickstart/demo.ts', ...args], {
      cwd: ROOT,
      env: { ...process.env, TMPDIR: temporary },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (chunk: Buffer) => {
        out += chunk.toString();
        onLine(chunk.toString());
      });
    }
    child.once('close', (code) => resolve({ code, out }));
  });
}

/** Processes of the demo's emulator. */
function emulatorProcesses(): string[] {
  return execFileSync('ps', ['-eo', 'pid=,args='], { encoding: 'utf8' })
    .split('\n')
    .filter((line) => line.includes(temporary));
}

test('plays the whole story, every step as expected, and leaves no process behind', async () => {
  let running = 0;
  const { code, out } = await demo([], () => {
    running = Math.max(running, emulatorProcesses().length);
  });
  expect({ code, failed: out.split('\n').filter((line) => line.includes('✗')) }).toEqual({ code: 0, failed: [] });
  expect(out).toMatch(/All \d+ steps went as expected/);
  expect(out).toContain('The ledger is whole');
  expect(running).toBeGreaterThan(0);
  expect(emulatorProcesses()).toEqual([]);
}, 300_000);

test('plays ten further attacks, and something stops each', async () => {
  const { code, out } = await demo(['--attack']);
  expect({ code, failed: out.split('\n').filter((line) => line.includes('✗')) }).toEqual({ code: 0, failed: [] });
  expect(out.split('\n').filter((line) => line.includes('✓'))).toHaveLength(10);
}, 300_000);

test('stops everything on Ctrl-C, in the middle of the deployment', async () => {
  const { code, out } = await demo([], (line) => {
    if (line.includes('deploying Quickstart')) child?.kill('SIGINT');
  });
  expect(`${out}\ncode ${code}`).toMatch(/code 130$/);
  await new Promise((resolve) => setTimeout(resolve, 3000));
  expect(emulatorProcesses()).toEqual([]);
  expect(out).not.toContain('Ann gives the agent');
}, 120_000);

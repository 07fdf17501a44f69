import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Browser } from 'playwright-core';
import { runCommandLine } from '../../bin/command-line/run-command-line';
import { COMMANDS } from '../../bin/command-list';
import { launchBrowser } from './chromium';
import { DeskServer } from './desk-server';
import { LiveWorld } from './live-world';

let browser: Browser;
let server: DeskServer;
let world: LiveWorld;
const state = mkdtempSync(path.join(tmpdir(), 'desk-state-'));

beforeAll(async () => {
  browser = await launchBrowser();
  world = await LiveWorld.begin();
  server = await DeskServer.start(world);
});

afterAll(async () => {
  await browser?.close();
  await server?.stop();
  rmSync(state, { recursive: true });
});

interface Run {
  readonly code: number;
  readonly out: string[];
  readonly err: string[];
}

async function run(
  words: string[],
  env: NodeJS.ProcessEnv = {},
  onLine: (line: string) => void = () => {},
): Promise<Run> {
  const out: string[] = [];
  const err: string[] = [];
  const code = await runCommandLine(
    ['approvals', ...words, '--desk-url', server.url],
    {
      out: (line) => {
        out.push(line);
        onLine(line);
      },
      err: (line) => err.push(line),
      env: { XDG_STATE_HOME: state, ...env },
    },
    COMMANDS,
  );
  return { code, out, err };
}

/** Signs in with a browser, as the command asks. */
async function signIn(name: string): Promise<Run> {
  const page = await browser.newPage();
  await page.route(/^https:/, (route) => route.abort());
  const inBrowser: Promise<void>[] = [];
  const enter = async (url: string) => {
    await page.goto(url);
    await page.getByPlaceholder('Enter any login').fill(name);
    await page.getByPlaceholder('and password').fill('x');
    await page.getByRole('button', { name: 'Sign-in' }).click();
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.getByText('You can close this page').waitFor();
  };
  const done = await run(['sign-in'], {}, (line) => {
    if (/^http:\S+$/.test(line)) inBrowser.push(enter(line));
  });
  await Promise.all(inBrowser);
  await page.close();
  return done;
}

test('without a sign-in, the command says how to sign in', async () => {
  const { code, err } = await run(['list']);
  expect(code).toBe(2);
  expect(err.join('\n')).toMatch(/You aren't signed in at .*hardened-agent approvals sign-in --desk-url/);
});

test('a person signs in with the browser, and then lists, shows, approves and denies', async () => {
  const requestId = await world.wait({ id: 'T-1', cents: 500 }, 'command-1');
  const other = await world.wait({ id: 'T-2', cents: 500 }, 'command-2');
  expect(await signIn('maria')).toMatchObject({ code: 0 });
  const [file = ''] = readdirSync(path.join(state, 'hardened-agent'));
  expect(statSync(path.join(state, 'hardened-agent', file)).mode & 0o777).toBe(0o600);

  expect((await run(['list'])).out.join('\n')).toContain(requestId);
  expect((await run(['show', requestId])).out.join('\n')).toContain('{"cents":500,"id":"T-1"}');
  const { digest } = await world.request(requestId);
  expect(await run(['approve', requestId, '--digest', digest])).toMatchObject({ code: 0 });
  expect(await run(['deny', other, '--reason', 'no'])).toMatchObject({ code: 0 });
  await world.settle();
  expect(world.reached).toEqual([{ id: 'T-1', cents: 500 }]);
  expect(world.entries(requestId).find(({ type }) => type === 'decision')?.actor).toBe(`person/${server.issuer}#maria`);
});

test('a token that is no token of this desk is refused', async () => {
  const forged = await run(['list'], { HARDENED_AGENT_TOKEN: 'e30.e30.e30' });
  expect(forged.code).toBe(1);
  expect(forged.err.join('\n')).toMatch(/TOKEN_REFUSED/);
});

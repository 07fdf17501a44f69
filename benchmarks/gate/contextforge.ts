import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pinnedVenv } from '../pinned-venv';

const REQUIREMENTS = path.join(__dirname, 'contextforge-requirements.txt');
const ADMIN = 'admin@example.com';
const READY_WITHIN_MS = 120_000;

/** A running ContextForge with one MCP server behind it. */
export interface ContextForge {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

/**
 * Starts ContextForge as its own page says, on this machine alone and with SQLite, in front of an MCP server.
 * @returns why there is none, where it can't be installed here
 */
export async function startContextForge(target: string): Promise<ContextForge | string> {
  let programs: string;
  try {
    programs = pinnedVenv('contextforge', REQUIREMENTS);
  } catch (error) {
    return `it can't be installed: ${error instanceof Error ? error.message.split('\n')[0] : String(error)}`;
  }
  const folder = mkdtempSync(path.join(tmpdir(), 'hardened-agent-bench-'));
  const secret = randomBytes(24).toString('hex');
  const env = {
    ...process.env,
    DATABASE_URL: `sqlite:///${folder}/gateway.db`,
    JWT_SECRET_KEY: secret,
    AUTH_ENCRYPTION_SECRET: secret,
    BASIC_AUTH_PASSWORD: `${secret}Aa!1`,
    PLATFORM_ADMIN_EMAIL: ADMIN,
    PLATFORM_ADMIN_PASSWORD: `${secret}Aa!1`,
    MCPGATEWAY_UI_ENABLED: 'false',
    CACHE_TYPE: 'memory',
    LOG_LEVEL: 'ERROR',
    // Without this, it allows a hundred calls a minute.
    RATE_LIMITING_ENABLED: 'false',
    // The server behind it is on this machine.
    SSRF_ALLOW_LOCALHOST: 'true',
  };
  const port = await freePort();
  const child = spawn(path.join(programs, 'mcpgateway'), ['--host', '127.0.0.1', '--port', String(port)], {
    cwd: folder,
    env,
    stdio: 'ignore',
  });
  const stop = () => end(child, folder);
  try {
    const base = `http://127.0.0.1:${port}`;
    await ready(base, child);
    const make = ['-m', 'mcpgateway.utils.create_jwt_token', '-u', ADMIN, '--secret', secret, '-e', '600'];
    const printed = execFileSync(path.join(programs, 'python'), make, {
      cwd: folder,
      env,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const headers = { authorization: `Bearer ${printed.trim().split('\n').at(-1)}` };
    const registered = await fetch(`${base}/gateways`, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'bare', url: target, transport: 'STREAMABLEHTTP' }),
    });
    if (!registered.ok)
      throw new Error(`ContextForge refuses the MCP server: ${(await registered.text()).slice(0, 500)}`);
    return { url: `${base}/mcp/`, headers, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function ready(base: string, child: ChildProcess): Promise<void> {
  for (const deadline = Date.now() + READY_WITHIN_MS; Date.now() < deadline; await sleep(250)) {
    if (child.exitCode !== null) throw new Error(`ContextForge ended with ${child.exitCode} before it answered.`);
    const answer = await fetch(`${base}/health`).catch(() => undefined);
    if (answer?.ok) return;
  }
  throw new Error(`ContextForge didn't answer within ${READY_WITHIN_MS / 1000} s.`);
}

async function end(child: ChildProcess, folder: string): Promise<void> {
  child.kill('SIGKILL');
  if (child.exitCode === null && child.signalCode === null) await new Promise((resolve) => child.once('exit', resolve));
  rmSync(folder, { recursive: true, force: true });
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() =>
        typeof address === 'object' && address ? resolve(address.port) : reject(new Error('no port')),
      );
    });
  });
}

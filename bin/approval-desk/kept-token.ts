import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';

interface KeptToken {
  readonly idToken: string;
  /** Epoch seconds. */
  readonly expiresAt: number;
}

/** Where the token for a desk is kept. Each desk has a file of its own, so no desk is sent the token of another. */
function fileOf(deskUrl: string, env: NodeJS.ProcessEnv): string {
  const state = env.XDG_STATE_HOME || path.join(homedir(), '.local/state');
  const name = createHash('sha256').update(deskUrl).digest('hex').slice(0, 32);
  return path.join(state, 'hardened-agent', `desk-${name}.json`);
}

/** Keeps a token in a file that only this user can read. Returns its place. */
export function keepToken(deskUrl: string, token: KeptToken, env: NodeJS.ProcessEnv): string {
  const file = fileOf(deskUrl, env);
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  // A file that exists keeps its mode, so it is written beside and renamed.
  const unfinished = `${file}.new-${process.pid}`;
  writeFileSync(unfinished, JSON.stringify(token), { mode: 0o600, flag: 'wx' });
  renameSync(unfinished, file);
  return file;
}

/** The token for a desk, unless it is missing or expired. */
export function keptToken(deskUrl: string, env: NodeJS.ProcessEnv, nowMs: number): string | undefined {
  try {
    const { idToken, expiresAt } = JSON.parse(readFileSync(fileOf(deskUrl, env), 'utf8')) as Partial<KeptToken>;
    if (typeof idToken !== 'string' || typeof expiresAt !== 'number') return undefined;
    return expiresAt * 1000 > nowMs ? idToken : undefined;
  } catch {
    return undefined;
  }
}

import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { CACHE } from './folders';

/** One that is refused, and the newest of those that are supported beside the project's own. */
export const NODE = { refused: '20.20.2', newest: '24.21.0' } as const;

/** The folder with the `node` of that version, installed on first use. */
export function nodeFolder(version: string): string {
  const folder = path.join(CACHE, `node-${version}`);
  const bin = path.join(folder, 'node_modules/node/bin');
  if (!existsSync(path.join(bin, 'node'))) {
    mkdirSync(folder, { recursive: true });
    writeFileSync(path.join(folder, 'package.json'), '{}');
    execFileSync('npm', ['install', '--silent', `node@${version}`], {
      cwd: folder,
      stdio: ['ignore', 'ignore', 'inherit'],
    });
  }
  return bin;
}

/** Settings of a process that runs this Node, and finds the project's other programs. */
export function withNode(version: string, ...more: string[]): NodeJS.ProcessEnv {
  return { ...process.env, PATH: [nodeFolder(version), ...more, process.env.PATH].join(path.delimiter) };
}

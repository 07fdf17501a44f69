import { execFile } from 'node:child_process';

const MOST_OUTPUT = 512 * 2 ** 20;
const LONGEST_MS = 45 * 60_000;

/** What a program prints as JSON. Checkers end with another code than 0 when they find something. */
export function jsonOf(program: string, args: readonly string[], cwd: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    execFile(program, [...args], { cwd, maxBuffer: MOST_OUTPUT, timeout: LONGEST_MS }, (error, stdout, stderr) => {
      try {
        resolve(JSON.parse(stdout));
      } catch {
        reject(new Error(`${program} printed no JSON: ${stderr.slice(-500) || error?.message}`));
      }
    });
  });
}

/** The first line that a program prints for --version. */
export function versionOf(program: string): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(program, ['--version'], (error, stdout) => {
      const found = /\d+\.\d+[\w.]*/.exec(stdout)?.[0];
      if (error || found === undefined) reject(error ?? new Error(`${program} names no version.`));
      else resolve(found);
    });
  });
}

import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { buildSync } from 'esbuild';
import type { Tree } from '../../scripts/checkout';

/** Where the command line is bundled to, now and in older commits. */
const COMMAND_LINES = ['build/bin/hardened-agent.js', 'bin/hardened-agent.js'];

const REPORT = `
process.on('exit', () => {
  const { user, system } = process.cpuUsage();
  require('node:fs').writeFileSync(process.env.BENCH_PROCESSOR_FILE, String((user + system) / 1000));
});
`;

/** A commit's tree as far as it is measured, with a folder for what a measure makes of it. */
export class MeasuredTree {
  constructor(
    private readonly tree: Tree,
    readonly scratch: string,
  ) {
    mkdirSync(scratch);
    writeFileSync(path.join(scratch, 'report.cjs'), REPORT);
  }

  file(...parts: string[]): string {
    return path.join(this.tree.folder, ...parts);
  }

  /** Runs a piece of TypeScript in the tree and gives what it prints. */
  evaluate(code: string): unknown {
    return JSON.parse(this.tree.run('tsx', '--eval', code));
  }

  /** Bundles a piece of TypeScript of the tree as functions are bundled; the file takes arguments and prints JSON. */
  bundle(name: string, code: string): (...args: string[]) => unknown {
    const folder = path.join(this.scratch, name);
    buildSync({
      stdin: { contents: code, resolveDir: this.tree.folder, loader: 'ts' },
      absWorkingDir: this.tree.folder,
      outfile: path.join(folder, 'index.js'),
      bundle: true,
      platform: 'node',
      target: 'node22',
      format: 'cjs',
      mainFields: ['module', 'main'],
      logLevel: 'warning',
    });
    const wasm = 'cedar_wasm_bg.wasm';
    copyFileSync(this.file('node_modules/@cedar-policy/cedar-wasm/nodejs', wasm), path.join(folder, wasm));
    return (...args) =>
      JSON.parse(
        execFileSync(process.execPath, [path.join(folder, 'index.js'), ...args], {
          encoding: 'utf8',
          maxBuffer: 2 ** 26,
          stdio: ['ignore', 'pipe', 'inherit'],
        }),
      );
  }

  /** Milliseconds of processor time that one run of the tree's command line takes. @throws Error where it fails */
  commandLine(...args: string[]): number {
    const bundled = COMMAND_LINES.map((file) => this.file(file)).find(existsSync);
    if (bundled === undefined)
      throw new Error(`${this.tree.folder} has no command line; run \`npm run bundle\` there.`);
    const times = path.join(this.scratch, 'processor');
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      ['--require', path.join(this.scratch, 'report.cjs'), bundled, ...args],
      { encoding: 'utf8', maxBuffer: 2 ** 26, env: { ...process.env, BENCH_PROCESSOR_FILE: times } },
    );
    if (status !== 0) throw new Error(`${bundled} ${args.join(' ')} ends with ${status}:\n${stdout}${stderr}`);
    return Number(readFileSync(times, 'utf8'));
  }
}

import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DEPLOYMENTS_FILE } from '../../runtime/core/contracts';

// Settings are names only; an address or a credential of AWS must stay absent, as in Lambda.
const LOAD = `
const settings = process.env;
process.env = new Proxy(settings, {
  get: (all, name) => name in all || typeof name !== 'string' || !/_(TABLE|BUCKET|ARN|ARNS|NAME|CONFIG)$|^AGENT_ID$/.test(name) || name.startsWith('AWS')
    ? all[name] : 'bench',
});
const used = process.cpuUsage();
const started = performance.now();
require(process.argv[1]);
const elapsed = performance.now() - started;
const { user, system } = process.cpuUsage(used);
process.stdout.write(JSON.stringify({ processor: (user + system) / 1000, elapsed }));
process.exit(0);
`;

/** Milliseconds from loading to ready: processor time and elapsed. */
export interface Start {
  readonly processor: number;
  readonly elapsed: number;
}

/** A copy of a function's bundle, with the files that a deployment adds to it. */
export class LoadableBundle {
  private readonly folder = mkdtempSync(path.join(tmpdir(), 'bench-bundle-'));

  constructor(bundle: string, files: Readonly<Record<string, unknown>>) {
    cpSync(bundle, this.folder, { recursive: true });
    for (const [name, content] of Object.entries({ [DEPLOYMENTS_FILE]: [], ...files })) {
      const file = path.join(this.folder, name);
      if (!existsSync(file)) writeFileSync(file, JSON.stringify(content));
    }
  }

  /** Starts it once, in a process of its own. */
  start(): Start {
    const printed = execFileSync(process.execPath, ['-e', LOAD, path.join(this.folder, 'index.js')], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    return JSON.parse(printed) as Start;
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

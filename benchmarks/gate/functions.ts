import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, globSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DEPLOYMENT_FILE } from '../../runtime/core/contracts';
import type { ExecutorConfig, ExecutorTool } from '../../runtime/core/executor-config';
import { manifestWith } from './manifest-of';
import { quantile } from './quantiles';

const root = path.join(__dirname, '../..');
/** Bundles that run elsewhere than in Lambda. */
const BESIDE = ['agent-bridge', 'audit-worker'];
const STARTS = 5;
/** Tools of the manifest beside a function. */
const TOOLS = 100;
/** Tools of the connector beside an executor. */
const TOOLS_OF_A_CONNECTOR = 10;

/** What a deployed function costs before its first call. */
export interface FunctionCost {
  readonly name: string;
  /** Bytes beside Cedar's WebAssembly. */
  readonly bytes: number;
  /** Median milliseconds from loading to ready: processor time and elapsed. */
  readonly init: { readonly processor: number; readonly elapsed: number };
}

// Settings are names only; an address or a credential of AWS must stay absent, as in Lambda.
const LOAD = `
const settings = process.env;
process.env = new Proxy(settings, {
  get: (all, name) => name in all || typeof name !== 'string' || !/_(TABLE|BUCKET|ARN|ARNS|NAME|CONFIG)$/.test(name) || name.startsWith('AWS')
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

/** Size and start of each bundle that `npm run bundle` made. @throws Error when there is none */
export function functionCosts(): FunctionCost[] {
  const bundles = globSync('runtime-bundles/*/index.js', { cwd: root }).map(path.dirname).sort();
  if (bundles.length === 0) throw new Error('There are no bundles to measure; run `npm run bundle` first.');
  return bundles
    .filter((bundle) => !BESIDE.includes(path.basename(bundle)))
    .map((bundle) => {
      const name = path.basename(bundle);
      const bytes = statSync(path.join(root, bundle, 'index.js')).size;
      return { name, bytes, init: initOf(path.join(root, bundle)) };
    });
}

function initOf(bundle: string): FunctionCost['init'] {
  const copy = mkdtempSync(path.join(tmpdir(), 'hardened-agent-bench-'));
  try {
    cpSync(bundle, copy, { recursive: true });
    if (!existsSync(path.join(copy, 'manifest.json'))) {
      writeFileSync(path.join(copy, 'manifest.json'), JSON.stringify(manifestWith(TOOLS)));
    }
    if (path.basename(bundle).startsWith('executor-')) {
      writeFileSync(path.join(copy, 'connector.json'), JSON.stringify(connectorWith(TOOLS_OF_A_CONNECTOR)));
    }
    writeFileSync(path.join(copy, DEPLOYMENT_FILE), 'null');
    const starts = Array.from({ length: STARTS }, () => start(path.join(copy, 'index.js')));
    return {
      processor: quantile(
        starts.map(({ processor }) => processor),
        0.5,
      ),
      elapsed: quantile(
        starts.map(({ elapsed }) => elapsed),
        0.5,
      ),
    };
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

/** What the executor of a connector with so many tools reads. */
function connectorWith(count: number): ExecutorConfig {
  const tools = manifestWith(count).tools.map(
    ({ name, effect, schema, schemaHash, policyVersion, limits, timeoutMs }): ExecutorTool => ({
      name,
      effect,
      schema,
      schemaHash,
      policyVersion,
      maxResultBytes: limits.maxResultBytes,
      timeoutMs,
      http: { method: 'GET', path: '/tickets/{id}' },
    }),
  );
  return { v: 1, connector: 'Tickets', tools, baseUrl: 'https://tickets.example.com' };
}

function start(file: string): { processor: number; elapsed: number } {
  const printed = execFileSync(process.execPath, ['-e', LOAD, file], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return JSON.parse(printed) as { processor: number; elapsed: number };
}

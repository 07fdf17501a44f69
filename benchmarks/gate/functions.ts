import { globSync, statSync } from 'node:fs';
import path from 'node:path';
import type { ExecutorConfig, ExecutorTool } from '../../runtime/core/executor-config';
import { LoadableBundle, type Start } from './loadable-bundle';
import { manifestWith } from './manifest-of';
import { quantile } from './quantiles';

const root = path.join(__dirname, '../..');
/** Bundles that don't run in Lambda. */
const BESIDE = ['agent-bridge', 'audit-worker'];
const STARTS = 5;
/** Tools in the manifest in a function's bundle. */
const TOOLS = 100;
/** Tools in the connector.json in an executor's bundle. */
const TOOLS_OF_A_CONNECTOR = 10;

/** What a deployed function costs before its first call. */
export interface FunctionCost {
  readonly name: string;
  /** Bytes without Cedar's WebAssembly. */
  readonly bytes: number;
  /** Medians. */
  readonly init: Start;
}

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
  const executor = path.basename(bundle).startsWith('executor-');
  const copy = new LoadableBundle(bundle, {
    'manifest.json': manifestWith(TOOLS),
    // Of the function that shows requests: it serves each agent of a platform.
    'manifests.json': { 'Support-0a1b2c3d': manifestWith(TOOLS) },
    ...(executor ? { 'connector.json': connectorWith(TOOLS_OF_A_CONNECTOR) } : {}),
  });
  try {
    const starts = Array.from({ length: STARTS }, () => copy.start());
    const median = (kind: 'processor' | 'elapsed') =>
      quantile(
        starts.map((each) => each[kind]),
        0.5,
      );
    return { processor: median('processor'), elapsed: median('elapsed') };
  } finally {
    copy.remove();
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

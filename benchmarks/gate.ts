import { readFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import path from 'node:path';
import { type BenchGoal, type BenchReport, type BenchResult, machine } from './bench-report';
import { awsCalls } from './gate/aws-calls';
import { decisions } from './gate/decisions';
import { type FunctionCost, functionCosts } from './gate/functions';
import { httpTimes, proxyTimes } from './gate/http';
import { timesOnEmulator } from './gate/on-emulator';

const SIZES = [10, 100, 1000];
/** The deployment that the decision's goal is about. */
const GOAL_SIZE = 100;
const MIB = 2 ** 20;

/**
 * What the gate costs: deciding in process, a call over local HTTP beside a bare server of the same SDK and beside
 * ContextForge in the same run, the AWS calls that wait for one another, and the size and start of each function.
 */
export async function gate(): Promise<BenchReport> {
  const [load] = loadavg();
  const results: BenchResult[] = [{ name: 'load average at the start', value: load, unit: 'processes' }];
  const goals: BenchGoal[] = [];

  for (const size of SIZES) {
    const measured = await decisions(size);
    results.push(...measured.results);
    if (size === GOAL_SIZE) {
      goals.push(
        goal(`decision p99, ${size} tools and policies`, measured.p99, 'ms of processor time', '< 1', measured.p99 < 1),
      );
    }
  }

  const { bare, gate: gated } = await httpTimes();
  const ratio = gated.p50 / bare.p50;
  results.push(
    { name: 'HTTP, bare MCP server, p50', value: bare.p50, unit: 'ms' },
    { name: 'HTTP, bare MCP server, p99', value: bare.p99, unit: 'ms' },
    { name: 'HTTP, MCP server with the gate, p50', value: gated.p50, unit: 'ms' },
    { name: 'HTTP, MCP server with the gate, p99', value: gated.p99, unit: 'ms' },
  );
  goals.push(goal('HTTP p50, against the bare MCP server', ratio, '×', '≤ 1.5', ratio <= 1.5));

  const proxied = await proxyTimes();
  if (typeof proxied === 'string') {
    process.stderr.write(`Left out the comparison with ContextForge: ${proxied}\n`);
  } else {
    const { gate: ours, contextForge } = proxied;
    const times = contextForge.p50 / ours.p50;
    results.push(
      { name: 'HTTP, the gate before an MCP server, p50', value: ours.p50, unit: 'ms' },
      { name: 'HTTP, the gate before an MCP server, p99', value: ours.p99, unit: 'ms' },
      { name: 'HTTP, ContextForge before the same server, p50', value: contextForge.p50, unit: 'ms' },
      { name: 'HTTP, ContextForge before the same server, p99', value: contextForge.p99, unit: 'ms' },
    );
    goals.push(goal('HTTP p50, faster than ContextForge', times, '×', '≥ 5', times >= 5));
  }

  const warm = await awsCalls(true);
  const cold = await awsCalls(false);
  results.push(
    { name: 'AWS calls of a tool call', value: warm.calls, unit: 'calls' },
    { name: 'of them one after another, first call of a task', value: cold.sequential, unit: 'calls' },
  );
  goals.push(goal('AWS calls one after another, later calls', warm.sequential, 'calls', '≤ 4', warm.sequential <= 4));

  const deployed = await timesOnEmulator();
  results.push(
    { name: 'on the emulator, ledger on: a read, p50', value: deployed.read.p50, unit: 'ms' },
    { name: 'on the emulator, ledger on: a read, p99', value: deployed.read.p99, unit: 'ms' },
    { name: 'on the emulator, ledger on: a denial, p50', value: deployed.denied.p50, unit: 'ms' },
    { name: 'on the emulator, ledger on: a denial, p99', value: deployed.denied.p99, unit: 'ms' },
  );

  const functions = functionCosts();
  for (const each of functions) results.push(...costLines(each));
  const own = functions.find(({ name }) => name === 'gate-gate');
  if (!own) throw new Error('The gate is not among the bundles; run `npm run bundle` first.');
  goals.push(goal('bundle of the gate, beside Cedar', own.bytes / MIB, 'MiB', '< 2', own.bytes < 2 * MIB));
  const init = own.init?.processor ?? Number.POSITIVE_INFINITY;
  goals.push(goal('start of the gate, 100 tools', init, 'ms of processor time', '< 300', init < 300));

  return {
    bench: 'gate',
    machine: machine(),
    versions: {
      node: process.versions.node,
      cedar: versionOf('@cedar-policy/cedar-wasm'),
      'mcp sdk': versionOf('@modelcontextprotocol/sdk'),
    },
    results,
    goals,
  };
}

function costLines({ name, bytes, init }: FunctionCost): BenchResult[] {
  return [
    { name: `${name}: bundle`, value: bytes / MIB, unit: 'MiB' },
    ...(init ? [{ name: `${name}: start`, value: init.processor, unit: 'ms of processor time' }] : []),
  ];
}

function goal(name: string, value: number, unit: string, text: string, holds: boolean): BenchGoal {
  return { name, value, unit, goal: text, holds };
}

/** As installed. Not every package lets its package.json be imported. */
function versionOf(name: string): string {
  const file = path.join(__dirname, '../node_modules', name, 'package.json');
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}

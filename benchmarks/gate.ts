import { readFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import path from 'node:path';
import { type BenchGoal, type BenchReport, type BenchResult, machine } from './bench-report';
import { awsCalls } from './gate/aws-calls';
import { decisions } from './gate/decisions';
import { type FunctionCost, functionCosts } from './gate/functions';
import { httpTimes, proxyTimes } from './gate/http';
import { timesOnEmulator } from './gate/on-emulator';
import type { Times } from './gate/quantiles';

const SIZES = [10, 100, 1000];
/** The deployment that the decision's goal is about. */
const GOAL_SIZE = 100;
const MIB = 2 ** 20;

/**
 * What the gate costs: deciding in process, a call over local HTTP beside a bare server of the same SDK and beside
 * ContextForge in the same run, the AWS calls that wait for one another, and the size and start of each function.
 */
export async function gate(): Promise<BenchReport> {
  const [load = 0] = loadavg();
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
  results.push(...timeLines('HTTP, bare MCP server', bare), ...timeLines('HTTP, MCP server with the gate', gated));
  goals.push(goal('HTTP p50, against the bare MCP server', ratio, '×', '≤ 1.5', ratio <= 1.5));

  const proxied = await proxyTimes();
  if (typeof proxied === 'string') {
    process.stderr.write(`Left out the comparison with ContextForge: ${proxied}\n`);
  } else {
    const { gate: ours, contextForge } = proxied;
    const times = contextForge.p50 / ours.p50;
    results.push(
      ...timeLines('HTTP, the gate before an MCP server', ours),
      ...timeLines('HTTP, ContextForge before the same server', contextForge),
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
    ...timeLines('on the emulator, ledger on: a read', deployed.read),
    ...timeLines('on the emulator, ledger on: a denial', deployed.denied),
  );

  const functions = functionCosts();
  for (const each of functions) results.push(...costLines(each));
  const own = functions.find(({ name }) => name === 'gate-gate');
  if (!own) throw new Error('The gate is not among the bundles; run `npm run bundle` first.');
  goals.push(goal('bundle of the gate, beside Cedar', own.bytes / MIB, 'MiB', '< 2', own.bytes < 2 * MIB));
  const init = own.init.processor;
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

function timeLines(name: string, { p50, p99 }: Times): BenchResult[] {
  return [
    { name: `${name}, p50`, value: p50, unit: 'ms' },
    { name: `${name}, p99`, value: p99, unit: 'ms' },
  ];
}

function costLines({ name, bytes, init }: FunctionCost): BenchResult[] {
  return [
    { name: `${name}: bundle`, value: bytes / MIB, unit: 'MiB' },
    { name: `${name}: start`, value: init.processor, unit: 'ms of processor time' },
    { name: `${name}: start, elapsed`, value: init.elapsed, unit: 'ms' },
  ];
}

function goal(name: string, value: number, unit: string, text: string, holds: boolean): BenchGoal {
  return { name, value, unit, goal: text, holds };
}

/** The installed version. Some packages don't allow an import of their package.json. */
function versionOf(name: string): string {
  const file = path.join(__dirname, '../node_modules', name, 'package.json');
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}

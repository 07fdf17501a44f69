import { type BenchGoal, type BenchReport, type BenchResult, machine } from './bench-report';
import { judgeAgents } from './checks/agents';
import { judgeHoles } from './checks/holes';
import { comparePeers } from './checks/peers';
import { judgePublic } from './checks/public-templates';

/** One part of the benchmark. */
interface Part {
  readonly results: readonly BenchResult[];
  readonly goals?: readonly BenchGoal[];
  readonly versions?: Readonly<Record<string, string>>;
  readonly detail?: readonly string[];
}

type RunPart = (args: readonly string[]) => Part | Promise<Part>;

const PARTS: Readonly<Record<string, RunPart>> = {
  holes: judgeHoles,
  agents: judgeAgents,
  peers: comparePeers,
  public: judgePublic,
};

/**
 * What `check` and `prove` find, and what they find that isn't there: holes of the quickstart, agents of others, other checkers beside
 * them, and templates that others wrote. `--only PART` runs one part. `--detail` prints what is missed or wrongly found, except of what is kept apart.
 */
export async function checks(args: string[]): Promise<BenchReport> {
  const parts = [];
  for (const part of chosen(args)) parts.push(await part(args));
  if (args.includes('--detail')) {
    for (const line of parts.flatMap(({ detail }) => detail ?? [])) process.stderr.write(`${line}\n`);
  }
  return {
    bench: 'checks',
    machine: machine(),
    versions: Object.assign({ node: process.versions.node }, ...parts.map(({ versions }) => versions)),
    results: parts.flatMap(({ results }) => results),
    goals: parts.flatMap(({ goals }) => goals ?? []),
  };
}

function chosen(args: readonly string[]): RunPart[] {
  if (!args.includes('--only')) return Object.values(PARTS);
  const name = args[args.indexOf('--only') + 1] ?? '';
  const part = Object.hasOwn(PARTS, name) ? PARTS[name] : undefined;
  if (!part) throw new Error(`--only takes one of: ${Object.keys(PARTS).join(', ')}`);
  return [part];
}

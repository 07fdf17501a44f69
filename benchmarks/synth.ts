import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { buildSync } from 'esbuild';
import { HERE } from '../scripts/checkout';
import { type BenchGoal, type BenchReport, type BenchResult, machine } from './bench-report';

const SIZES = [100, 1000, 3000];
const PACKS = ['none', 'AwsSolutions', 'HardenedAgentChecks'] as const;
type Pack = (typeof PACKS)[number];

/** Thrice the services may take thrice the time, and a tenth for what grows with the depth of trees. */
const MOST_FOR_THRICE = 3.3;

interface Sample {
  readonly milliseconds: number;
  readonly peakMiB: number;
}

/**
 * What the checks add to the synthesis of an app without an agent, beside cdk-nag's AwsSolutions: processor time and memory of whole processes,
 * in turn, `--rounds` of each (5 by default), and the least of each. Whatever else the machine does only adds: one process takes up to a
 * half more than the next, and the difference of two medians was more noise than checks.
 */
export async function synth(args: string[]): Promise<BenchReport> {
  const { values } = parseArgs({ args, options: { rounds: { type: 'string' } } });
  const rounds = Number(values.rounds ?? 5);
  // Below the project, so that its packages are found.
  const folder = mkdtempSync(path.join(HERE, 'build/synth-'));
  try {
    const file = path.join(folder, 'synth-run.js');
    // Bundled, so that the TypeScript loader's time doesn't count.
    buildSync({
      entryPoints: [path.join(__dirname, 'synth-run.ts')],
      outfile: file,
      bundle: true,
      platform: 'node',
      external: ['aws-cdk-lib', 'constructs', 'cdk-nag'],
    });
    const measured = SIZES.map((services) => measure(file, services, rounds));
    return reportOf(rounds, measured);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

type Measured = Readonly<Record<Pack, Sample>>;

function measure(file: string, services: number, rounds: number): Measured {
  const samples: Record<Pack, Sample[]> = { none: [], AwsSolutions: [], HardenedAgentChecks: [] };
  for (let round = 0; round < rounds; round += 1) {
    for (const pack of PACKS) {
      const printed = execFileSync(process.execPath, [file, pack, String(services)], {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      });
      samples[pack].push(JSON.parse(printed) as Sample);
    }
  }
  const least = (pack: Pack): Sample => ({
    milliseconds: Math.min(...samples[pack].map(({ milliseconds }) => milliseconds)),
    peakMiB: Math.min(...samples[pack].map(({ peakMiB }) => peakMiB)),
  });
  return {
    none: least('none'),
    AwsSolutions: least('AwsSolutions'),
    HardenedAgentChecks: least('HardenedAgentChecks'),
  };
}

function reportOf(rounds: number, measured: readonly Measured[]): BenchReport {
  const results: BenchResult[] = [{ name: 'rounds', value: rounds, unit: 'of each' }];
  const goals: BenchGoal[] = [];
  const added = (each: Measured, pack: Pack) => each[pack].milliseconds - each.none.milliseconds;
  for (const [i, each] of measured.entries()) {
    const services = `${SIZES[i]} services`;
    for (const pack of ['AwsSolutions', 'HardenedAgentChecks'] as const) {
      results.push({ name: `${services}: added by ${pack}`, value: added(each, pack), unit: 'ms of processor time' });
    }
    results.push({ name: `${services}: without checks`, value: each.none.milliseconds, unit: 'ms of processor time' });
    const cpu = added(each, 'HardenedAgentChecks') / added(each, 'AwsSolutions');
    const memory = each.HardenedAgentChecks.peakMiB / each.AwsSolutions.peakMiB;
    goals.push({ name: `cpu ratio, ${services}`, value: cpu, unit: '×', goal: '≤ 1', holds: cpu <= 1 });
    goals.push({ name: `memory ratio, ${services}`, value: memory, unit: '×', goal: '≤ 1.2', holds: memory <= 1.2 });
  }
  const [, some, many] = measured;
  if (some !== undefined && many !== undefined) {
    const growth = added(many, 'HardenedAgentChecks') / added(some, 'HardenedAgentChecks');
    const goal = `≤ ${MOST_FOR_THRICE}`;
    goals.push({
      name: 'time of 3,000 by that of 1,000',
      value: growth,
      unit: '×',
      goal,
      holds: growth <= MOST_FOR_THRICE,
    });
  }
  return { bench: 'synth', machine: machine(), versions: { node: process.versions.node }, results, goals };
}

import { cpus, totalmem } from 'node:os';

/** One measured line of a benchmark. */
export interface BenchResult {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
}

/** What a value is held against; `goal` is in the same unit. */
export interface BenchGoal extends BenchResult {
  readonly goal: string;
  readonly holds: boolean;
}

export interface BenchReport {
  readonly bench: string;
  readonly machine: string;
  readonly versions: Readonly<Record<string, string>>;
  readonly results: readonly BenchResult[];
  readonly goals: readonly BenchGoal[];
}

/** What was measured on. */
export function machine(): string {
  const processors = cpus();
  return `${processors[0]?.model.trim() ?? 'unknown processor'}, ${processors.length} cores, ${Math.round(totalmem() / 2 ** 30)} GiB`;
}

/** One table: measured values, then the goals and whether they hold. */
export function reportTable(report: BenchReport): string[] {
  const number = (value: number) =>
    Math.abs(value) >= 100 ? Math.round(value).toLocaleString('en') : value.toPrecision(3);
  const versions = Object.entries(report.versions).map(([name, version]) => `${name} ${version}`);
  return [
    `${report.bench}: ${report.machine}; ${versions.join(', ')}`,
    ...report.results.map(({ name, value, unit }) => `  ${name.padEnd(58)} ${number(value).padStart(12)} ${unit}`),
    ...report.goals.map(
      ({ name, value, unit, goal, holds }) =>
        `  ${holds ? '✓' : '✗'} ${name.padEnd(56)} ${number(value).padStart(12)} ${unit} (goal ${goal})`,
    ),
  ];
}

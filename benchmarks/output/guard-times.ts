import { readFileSync } from 'node:fs';
import { guardOutput } from '../../runtime/core/output-guard';

/** A text of the benchmark, and the credentials that are known in each run. */
export interface TimedText {
  readonly content: string;
  readonly runs: readonly (readonly string[])[];
}

const MAX_BYTES = 262_144;

/**
 * Run as a program: checks the texts of a file once per round, and prints the milliseconds of processor time of each run, by text.
 * Bundled like a function, because a TypeScript loader keeps V8 from reading some tables of other files as constants.
 */
function main(file: string): void {
  const texts = JSON.parse(readFileSync(file, 'utf8')) as TimedText[];
  const times = texts.map((): number[] => []);
  const rounds = Math.max(0, ...texts.map(({ runs }) => runs.length));
  for (let round = 0; round < rounds; round += 1) {
    texts.forEach(({ content, runs }, index) => {
      times[index]?.push(timeOf(content, runs[round] ?? []));
    });
  }
  process.stdout.write(JSON.stringify(times));
}

function timeOf(content: string, secrets: readonly string[]): number {
  const started = process.cpuUsage();
  guardOutput({ content, secrets, maxBytes: MAX_BYTES });
  const { user, system } = process.cpuUsage(started);
  return (user + system) / 1000;
}

main(process.argv[2] ?? '');

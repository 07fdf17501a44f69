import { type BenchReport, machine } from './bench-report';
import { type Simulated, Simulation } from './limits/simulation';
import { Random } from './output/random';

const CALLS = 100_000;
const CONCURRENCY = 20;
/** Each simulation has other declarations, and begins with empty counts. */
const CALLS_PER_SIMULATION = 2000;

/**
 * Whether limits hold: random calls of random tools with random limits, with repeated calls, approvals, lost answers and
 * crashes, through the real gate over a store with DynamoDB's conditions. An independent recount says what ran beyond a limit, and
 * what was refused although there was room.
 *
 * @param args `--seed N` runs other cases
 */
export async function limits(args: string[]): Promise<BenchReport> {
  const at = args.indexOf('--seed');
  const seed = at < 0 ? 20260901 : Number(args[at + 1]);
  if (!Number.isInteger(seed)) throw new Error('--seed takes a whole number.');
  const started = performance.now();
  const all: Simulated[] = [];
  for (let index = 0; index < CALLS / CALLS_PER_SIMULATION; index += 1) {
    all.push(await new Simulation(new Random(seed + index)).run(CALLS_PER_SIMULATION, CONCURRENCY));
  }
  const total = (name: keyof Simulated) => all.reduce((sum, each) => sum + each[name], 0);
  const line = (name: string, value: number, unit = 'calls') => ({ name, value, unit });
  const goal = (name: string, value: number) => ({ ...line(name, value), goal: '0', holds: value === 0 });
  return {
    bench: 'limits',
    machine: machine(),
    versions: { node: process.versions.node },
    results: [
      line('calls', total('calls')),
      line('under way at a time', CONCURRENCY),
      line('took effect', total('ran')),
      line('refused by a limit: denied, or a person is asked', total('refused')),
      line('approved by a person and started', total('approved')),
      line('repeated with the same callId', total('repeated')),
      line('cut off by a crash', total('crashed')),
      line('of unknown outcome', total('unknown')),
      line('writes of limits per call', total('writes') / total('calls'), 'writes'),
      line('elapsed', (performance.now() - started) / 1000, 's'),
    ],
    goals: [goal('exceeded', total('exceeded')), goal('refused wrongly', total('refusedWrongly'))],
  };
}

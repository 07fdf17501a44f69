import { type CostLine, type CostResource, costLine } from './cost-line';
import { HOURS_PER_MONTH, PRICES } from './prices';

/** The sweep of sessions starts once a minute, with or without sessions. */
const RUNS = HOURS_PER_MONTH * 60;

/** How long a run without sessions takes. An assumption: nothing was measured on AWS. */
const SECONDS_PER_RUN = 0.05;

/** What the sweeps of an app's agents cost a month while no session runs. @internal */
export function idleSweepLines(functions: readonly CostResource[]): CostLine[] {
  const sweeps = functions.filter(isSweep);
  if (sweeps.length === 0) return [];
  const gigabytes = sweeps.reduce((sum, { Properties }) => sum + Number(Properties?.MemorySize ?? 128) / 1024, 0);
  const runs = RUNS * sweeps.length;
  return [
    costLine('fixed', 'Sweep runs', runs, PRICES.lambdaRequest, 'one a minute and agent'),
    costLine(
      'fixed',
      'Sweep time',
      RUNS * SECONDS_PER_RUN * gigabytes,
      PRICES.lambdaGigabyteSecond,
      `${SECONDS_PER_RUN} s a run`,
    ),
    costLine('fixed', 'Sweep reads', runs, PRICES.dynamoDbRead, 'the places of sessions'),
  ];
}

/** Only the sweep has this variable. */
function isSweep({ Properties }: CostResource): boolean {
  const environment = Properties?.Environment as { Variables?: Record<string, unknown> } | undefined;
  return environment?.Variables?.MAX_CALLS !== undefined;
}

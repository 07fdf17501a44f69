import { type CostLine, type CostResource, costLine } from './cost-line';
import { HOURS_PER_MONTH, PRICES } from './prices';

/** The sealer starts once a minute, with or without entries. */
const RUNS = HOURS_PER_MONTH * 60;

/** How long a run without new entries takes. An assumption: nothing was measured on AWS. */
const SECONDS_PER_RUN = 0.25;

/** What the sealer costs a month while no session runs. @internal */
export function idleSealerLines(functions: readonly CostResource[]): CostLine[] {
  return functions.flatMap(({ Properties = {} }) => {
    const heartbeatSeconds = heartbeatOf(Properties);
    if (heartbeatSeconds === undefined) return [];
    const gigabytes = Number(Properties.MemorySize ?? 128) / 1024;
    const heartbeats = (HOURS_PER_MONTH * 3600) / heartbeatSeconds;
    const fixed = (item: string, quantity: number, price: Parameters<typeof costLine>[3], note: string) =>
      costLine('fixed', item, quantity, price, note);
    return [
      fixed('Sealer runs', RUNS, PRICES.lambdaRequest, 'one a minute'),
      fixed(
        'Sealer time',
        RUNS * SECONDS_PER_RUN * gigabytes,
        PRICES.lambdaGigabyteSecond,
        `${SECONDS_PER_RUN} s a run`,
      ),
      fixed('Sealer lists and state', RUNS * 2.5, PRICES.s3Put, 'a run lists new entries and saves its state'),
      fixed('Sealer reads', RUNS * 3, PRICES.s3Get, 'state, last checkpoint and next batch'),
      fixed('Sealer decryption', RUNS, PRICES.kmsRequest, 'the last checkpoint'),
      fixed('Sealer metric', 1, PRICES.customMetric, 'LedgerLag'),
      fixed(
        'Signatures of heartbeats',
        heartbeats,
        PRICES.kmsAsymmetricRequest,
        `one every ${heartbeatSeconds / 60} minutes`,
      ),
    ];
  });
}

/** Only the sealer has this variable. */
function heartbeatOf(properties: Record<string, unknown>): number | undefined {
  const environment = properties.Environment as { Variables?: Record<string, unknown> } | undefined;
  const seconds = Number(environment?.Variables?.HEARTBEAT_SECONDS);
  return seconds > 0 ? seconds : undefined;
}

import { embeddedMetric } from '../embedded-metric';

/** The only dimension: the name of the sealer's function. */
export const SEALER_DIMENSION = 'Sealer';
/** Age of the oldest unsealed entry that a run of the sealer found, in seconds. 0 where there was none. */
export const LEDGER_LAG = 'LedgerLag';

/** Members to add to the log record of each run. CloudWatch extracts the metric from them. */
export function lagMetric(lagMs: number, nowMs: number, functionName: string): Record<string, unknown> {
  return embeddedMetric(
    { dimension: SEALER_DIMENSION, of: functionName, name: LEDGER_LAG, unit: 'Seconds', value: lagMs / 1000 },
    nowMs,
  );
}

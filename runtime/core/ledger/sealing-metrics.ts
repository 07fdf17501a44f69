import { embeddedMetric } from '../embedded-metric';

/** The one dimension: the sealer's function. */
export const SEALER_DIMENSION = 'Sealer';
/** Age of the oldest entry that a run of the sealer found unsealed, in seconds. 0 where there was none. */
export const LEDGER_LAG = 'LedgerLag';

/** What makes CloudWatch see how far the sealer is behind: members to add to the record of each run. */
export function lagMetric(lagMs: number, nowMs: number, functionName: string): Record<string, unknown> {
  return embeddedMetric(
    { dimension: SEALER_DIMENSION, of: functionName, name: LEDGER_LAG, unit: 'Seconds', value: lagMs / 1000 },
    nowMs,
  );
}

import { embeddedMetric } from './embedded-metric';

/** The one dimension: the gate's function, which Lambda tells every function of itself. */
export const GATE_DIMENSION = 'Gate';

/** Which event of the gate's log counts as what. */
export const GATE_METRICS = {
  denied: 'Denials',
  asked: 'Questions',
  let_through: 'LetThrough',
  session_stopped: 'SessionsStopped',
} as const;

/** What makes CloudWatch count a record of the gate's log: members to add to it. None for records that count nothing. */
export function metricsOf(
  record: Readonly<Record<string, unknown>>,
  nowMs: number,
  functionName: string,
): Record<string, unknown> {
  const event = String(record.event);
  if (!Object.hasOwn(GATE_METRICS, event)) return {};
  const name = GATE_METRICS[event as keyof typeof GATE_METRICS];
  return embeddedMetric({ dimension: GATE_DIMENSION, of: functionName, name, unit: 'Count', value: 1 }, nowMs);
}

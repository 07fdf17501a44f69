import { embeddedMetric } from './embedded-metric';

/** The dimension: the name of the gate's function. */
export const GATE_DIMENSION = 'Gate';

/** The metric of each event in the gate's log. */
export const GATE_METRICS = {
  denied: 'Denials',
  asked: 'Questions',
  let_through: 'LetThrough',
  session_stopped: 'SessionsStopped',
} as const;

/** Members that make CloudWatch count a record of the gate's log. Empty: the record counts nothing. */
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

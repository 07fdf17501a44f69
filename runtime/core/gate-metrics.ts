/** Namespace of the gate's metrics. */
export const METRICS_NAMESPACE = 'HardenedAgent';
/** The one dimension: the gate's function, which Lambda tells every function of itself. */
export const GATE_DIMENSION = 'Gate';

/** Which event of the gate's log counts as what. */
const METRICS: Readonly<Record<string, string>> = {
  denied: 'Denials',
  asked: 'Questions',
  let_through: 'LetThrough',
};

/**
 * What makes CloudWatch count a log record: members to add to it, in the embedded metric format. None for other records.
 * Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
export function metricsOf(
  record: Readonly<Record<string, unknown>>,
  nowMs: number,
  functionName: string,
): Record<string, unknown> {
  const event = String(record.event);
  const metric = Object.hasOwn(METRICS, event) ? METRICS[event] : undefined;
  if (metric === undefined) return {};
  return {
    _aws: {
      Timestamp: nowMs,
      CloudWatchMetrics: [
        { Namespace: METRICS_NAMESPACE, Dimensions: [[GATE_DIMENSION]], Metrics: [{ Name: metric, Unit: 'Count' }] },
      ],
    },
    [GATE_DIMENSION]: functionName,
    [metric]: 1,
  };
}

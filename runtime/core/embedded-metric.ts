/** Namespace of this library's metrics. */
export const METRICS_NAMESPACE = 'HardenedAgent';

/** One value of one metric, with one dimension. */
export interface MetricValue {
  readonly dimension: string;
  /** The dimension's value. */
  readonly of: string;
  readonly name: string;
  readonly unit: 'Count' | 'Seconds';
  readonly value: number;
}

/**
 * Members of a log record that make CloudWatch count it (embedded metric format).
 * Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
export function embeddedMetric(
  { dimension, of, name, unit, value }: MetricValue,
  nowMs: number,
): Record<string, unknown> {
  return {
    _aws: {
      Timestamp: nowMs,
      CloudWatchMetrics: [
        { Namespace: METRICS_NAMESPACE, Dimensions: [[dimension]], Metrics: [{ Name: name, Unit: unit }] },
      ],
    },
    [dimension]: of,
    [name]: value,
  };
}

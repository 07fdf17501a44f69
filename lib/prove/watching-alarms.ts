import { METRICS_NAMESPACE } from '../../runtime/core/embedded-metric';
import { GATE_DIMENSION, GATE_METRICS } from '../../runtime/core/gate-metrics';
import { LEDGER_LAG, SEALER_DIMENSION } from '../../runtime/core/ledger/sealing-metrics';
import type { PartKind } from '../checks/facts/part';
import {
  type Assembly,
  asNumber,
  describe,
  isFalse,
  isTrue,
  listOf,
  memberOf,
  Reference,
  type Resource,
  type Value,
} from '../template';
import { unreportedRefusals } from './reported-refusals';
import type { RuntimeParts } from './runtime-parts';

/** A metric of one resource that tells that something goes wrong, or that somebody tries to do harm. */
interface Watched {
  readonly namespace: string;
  readonly metric: string;
  readonly dimension: string;
  /** @default Sum */
  readonly statistic?: 'Maximum';
  /** With another unit, an alarm finds no value. @default Count */
  readonly unit?: 'Seconds';
  /** The highest threshold at which the alarm can still ring in time. */
  readonly atMost: (periodSeconds: number) => number;
  /** Whether a part that sends no metric is a part that fails. @default false */
  readonly isHeartbeat?: boolean;
}

const A_DAY = 86_400;
/** The sealer may wait for a missing entry for a day, and its alarm for twice as long. */
const LONGEST_LAG = 2 * A_DAY + 300;
/** The alarm rings at twice what ends one session, which has no more calls than 100,000. */
const MOST_DENIALS = 200_000;
/** An owner may wait for a few events. */
const A_FEW = () => 10;
/** A function that runs each minute fails once a minute. */
const ONCE_A_MINUTE = (periodSeconds: number) => periodSeconds / 60;

const ofGate = (metric: string, atMost: Watched['atMost']): Watched => ({
  namespace: METRICS_NAMESPACE,
  metric,
  dimension: GATE_DIMENSION,
  atMost,
});

const FAILED_RUNS: Watched = {
  namespace: 'AWS/Lambda',
  metric: 'Errors',
  dimension: 'FunctionName',
  atMost: ONCE_A_MINUTE,
  isHeartbeat: true,
};

const FAILED_EXECUTIONS: Watched = {
  namespace: 'AWS/States',
  metric: 'ExecutionsFailed',
  dimension: 'StateMachineArn',
  atMost: A_FEW,
};

const ofFunction = (metric: string): Watched => ({
  namespace: 'AWS/Lambda',
  metric,
  dimension: 'FunctionName',
  atMost: A_FEW,
});

const TRIGGERED: Watched = {
  namespace: 'AWS/Events',
  metric: 'TriggeredRules',
  dimension: 'RuleName',
  atMost: A_FEW,
};

/** What this library sets alarms on. */
const WATCHED: { readonly [kind in PartKind]?: readonly Watched[] } = {
  gate: [ofGate(GATE_METRICS.denied, () => MOST_DENIALS), ofGate(GATE_METRICS.session_stopped, A_FEW)],
  sealer: [
    FAILED_RUNS,
    {
      namespace: METRICS_NAMESPACE,
      metric: LEDGER_LAG,
      dimension: SEALER_DIMENSION,
      statistic: 'Maximum',
      unit: 'Seconds',
      atMost: () => LONGEST_LAG,
      isHeartbeat: true,
    },
  ],
  'session sweep': [FAILED_RUNS],
  'operator desk': [ofFunction('Invocations')],
  'approval workflow': [FAILED_EXECUTIONS],
  'approval watch': [FAILED_EXECUTIONS],
  'webhook notifier': [ofFunction('AsyncEventsDropped')],
};

/**
 * What no alarm certainly watches, of what this library sets alarms on. Which alarm it is, how soon it rings and whom it tells is the
 * owner's choice; one that can never ring watches nothing.
 *
 * Source: CloudWatch User Guide, "Using Amazon CloudWatch alarms" and "Configuring how CloudWatch alarms treat missing data".
 */
export function unwatched(assembly: Assembly, parts: RuntimeParts): string[] {
  const alarms = assembly.ofType('AWS::CloudWatch::Alarm').map((alarm) => new Alarm(assembly, alarm));
  const faultAt = (resource: Resource, watched: Watched): string | undefined => {
    const faults = alarms.flatMap((alarm) => alarm.faultsAt(watched, resource));
    if (faults.includes(undefined)) return undefined;
    return `no alarm watches ${watched.namespace} ${watched.metric} of ${resource.path}: ${faults.join('; ') || 'none names it'}`;
  };
  const ofParts = [...parts.workloads].flatMap(([workload, { kind, label }]) =>
    (WATCHED[kind] ?? []).flatMap((watched) => {
      const fault = faultAt(workload, watched);
      return fault === undefined ? [] : [`the ${label}: ${fault}`];
    }),
  );
  return [...ofParts, ...unreportedRefusals(assembly, parts, (rule) => faultAt(rule, TRIGGERED))];
}

/** A metric that an alarm reads. */
interface Read {
  readonly namespace: Value;
  readonly metric: Value;
  readonly dimensions: readonly Value[];
  readonly statistic: Value;
  readonly period: Value;
  readonly unit: Value;
  /** What stands between the metric and the alarm. */
  readonly fault?: string;
}

class Alarm {
  private readonly read: readonly Read[];

  constructor(
    private readonly assembly: Assembly,
    private readonly alarm: Resource,
  ) {
    this.read = [...this.single(), ...this.ofMath()];
  }

  /** For each time that the alarm reads a metric of a resource: why it may never ring, or undefined when it may. */
  public faultsAt(watched: Watched, resource: Resource): (string | undefined)[] {
    return this.read
      .filter(({ namespace, metric }) => namespace === watched.namespace && metric === watched.metric)
      .filter(({ dimensions }) => this.isOf(dimensions, watched, resource))
      .map((read) => {
        const fault = read.fault ?? this.fault(watched, read, resource);
        return fault === undefined ? undefined : `${this.alarm.path}: ${fault}`;
      });
  }

  /** With another dimension beside it, or an ARN in place of a name, it is a metric that nobody sends. */
  private isOf(dimensions: readonly Value[], watched: Watched, resource: Resource): boolean {
    const [dimension, ...others] = dimensions;
    const value = memberOf(dimension, 'Value');
    return (
      others.length === 0 &&
      memberOf(dimension, 'Name') === watched.dimension &&
      this.assembly.find(value) === resource &&
      (!(value instanceof Reference) || value.attribute === 'Ref' || watched.dimension.endsWith('Arn'))
    );
  }

  private fault(watched: Watched, { statistic, period, unit }: Read, resource: Resource): string | undefined {
    const wanted = watched.statistic ?? 'Sum';
    const seconds = asNumber(period) ?? Number.NaN;
    return [
      this.alarm.presence === 'always' || this.alarm.presence === resource.presence
        ? undefined
        : "can't be proven: it exists under a condition only",
      statistic === wanted ? undefined : `its statistic is ${describe(statistic)}, not ${wanted}`,
      unit === undefined || unit === (watched.unit ?? 'Count') ? undefined : `its unit is ${describe(unit)}`,
      this.unless('ActionsEnabled', (value) => value === undefined || isTrue(value)),
      this.unless('ComparisonOperator', (value) => /^GreaterThan(OrEqualTo)?Threshold$/.test(describe(value))),
      this.unless('Threshold', (value) => (asNumber(value) ?? Number.POSITIVE_INFINITY) <= watched.atMost(seconds)),
      this.unless('EvaluationPeriods', (value) => (asNumber(value) ?? Number.NaN) * seconds <= A_DAY),
      watched.isHeartbeat === true ? this.unless('TreatMissingData', (value) => value === 'breaching') : undefined,
    ].find((fault) => fault !== undefined);
  }

  private unless(property: string, isFitting: (value: Value) => boolean): string | undefined {
    const odd = this.alarm.property(property).find(({ value }) => !isFitting(value));
    return odd === undefined ? undefined : `its ${property} is ${describe(odd.value)}`;
  }

  private single(): Read[] {
    return this.alarm.property().flatMap(({ value }) =>
      memberOf(value, 'MetricName') === undefined
        ? []
        : [
            {
              namespace: memberOf(value, 'Namespace'),
              metric: memberOf(value, 'MetricName'),
              dimensions: listOf(memberOf(value, 'Dimensions')),
              statistic: memberOf(value, 'Statistic'),
              period: memberOf(value, 'Period'),
              unit: memberOf(value, 'Unit'),
            },
          ],
    );
  }

  private ofMath(): Read[] {
    return this.alarm.property('Metrics').flatMap(({ value }) => {
      const all = listOf(value);
      const shown = all.find((each) => !isFalse(memberOf(each, 'ReturnData')));
      return all.flatMap((each) => {
        const stat = memberOf(each, 'MetricStat');
        if (stat === undefined) return [];
        const fault =
          each === shown || isAdded(memberOf(each, 'Id'), memberOf(shown, 'Expression'))
            ? undefined
            : `its expression is ${describe(memberOf(shown, 'Expression'))}`;
        return [
          {
            namespace: memberOf(stat, 'Metric', 'Namespace'),
            metric: memberOf(stat, 'Metric', 'MetricName'),
            dimensions: listOf(memberOf(stat, 'Metric', 'Dimensions')),
            statistic: memberOf(stat, 'Stat'),
            period: memberOf(stat, 'Period'),
            unit: memberOf(stat, 'Unit'),
            ...(fault === undefined ? {} : { fault }),
          },
        ];
      });
    });
  }
}

/** Whether an expression is a sum, with a metric among its terms. A missing value may count as 0. */
function isAdded(id: Value, expression: Value): boolean {
  if (typeof id !== 'string' || typeof expression !== 'string') return false;
  const terms = expression.split('+').map((term) => term.trim().replace(/^FILL\(\s*(\w+)\s*,\s*0\s*\)$/, '$1'));
  return terms.every((term) => /^\w+$/.test(term)) && terms.includes(id);
}

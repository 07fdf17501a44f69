import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import type { ApprovalWorkflow } from './approvals/approval-workflow';
import type { ToolGate } from './gate/tool-gate';
import type { Ledger } from './ledger/ledger';

/** @internal */
export interface AgentDashboardProps {
  readonly gate: ToolGate;
  readonly approvals: ApprovalWorkflow;
  readonly ledger: Ledger;
  /** Token metrics of each model. */
  readonly tokens: cloudwatch.IMetric[];
  readonly alarms: cloudwatch.Alarm[];
}

const HALF = 12;
const WHOLE = 24;
const PERIOD = Duration.minutes(5);
const SUM = { period: PERIOD, statistic: cloudwatch.Stats.SUM };

/**
 * One page with calls, denials, waiting approvals and the state of the ledger. It shows counts; the ledger holds what
 * happened.
 * @internal
 */
export class AgentDashboard extends Construct {
  public readonly dashboard: cloudwatch.Dashboard;

  constructor(scope: Construct, id: string, props: AgentDashboardProps) {
    super(scope, id);
    this.dashboard = new cloudwatch.Dashboard(this, 'Dashboard', { defaultInterval: Duration.hours(12) });
    this.dashboard.addWidgets(
      new cloudwatch.AlarmStatusWidget({ title: 'Alarms', width: WHOLE, height: 4, alarms: props.alarms }),
    );
    this.dashboard.addWidgets(...decisionWidgets(props.gate));
    this.dashboard.addWidgets(...gateWidgets(props.gate));
    this.dashboard.addWidgets(...approvalWidgets(props.approvals));
    this.dashboard.addWidgets(
      graph('Ledger: seconds that entries wait, failed runs', [props.ledger.lagAlarm.metric], {
        right: [props.ledger.sealFunction.metricErrors({ ...SUM, label: 'Failed runs' })],
      }),
      graph('Model tokens an hour', props.tokens),
    );
  }
}

function decisionWidgets(gate: ToolGate): cloudwatch.IWidget[] {
  const { function: fn } = gate.function;
  return [
    graph('Calls and what the gate made of them', [
      fn.metricInvocations({ ...SUM, label: 'Requests' }),
      gate.metric('denied').with({ label: 'Denied' }),
      gate.metric('asked').with({ label: 'A person is asked' }),
      gate.metric('let_through').with({ label: 'Let through by LOG_ONLY' }),
      gate.metric('session_stopped').with({ label: 'Sessions ended for denials' }),
    ]),
    new cloudwatch.LogQueryWidget({
      title: 'Denials by code',
      width: HALF,
      view: cloudwatch.LogQueryVisualizationType.TABLE,
      logGroupNames: [fn.logGroup.logGroupName],
      queryLines: ['filter event = "denied"', 'stats count(*) as denials by code', 'sort denials desc'],
    }),
  ];
}

function gateWidgets({ function: { function: fn }, api }: ToolGate): cloudwatch.IWidget[] {
  const duration = (statistic: string) => fn.metricDuration({ period: PERIOD, statistic, label: statistic });
  return [
    graph('Gate: duration', ['p50', 'p99'].map(duration)),
    graph('Gate: errors and throttles', [
      fn.metricErrors({ ...SUM, label: 'Failed' }),
      fn.metricThrottles({ ...SUM, label: 'Throttled' }),
      api.metricClientError({ ...SUM, label: 'Refused by the API' }),
      api.metricServerError({ ...SUM, label: 'Errors of the API' }),
    ]),
  ];
}

function approvalWidgets(approvals: ApprovalWorkflow): cloudwatch.IWidget[] {
  const { stateMachine } = approvals;
  return [
    graph('Approvals', [
      stateMachine.metricStarted({ ...SUM, label: 'Asked' }),
      stateMachine.metricSucceeded({ ...SUM, label: 'Ended' }),
      stateMachine.metricFailed({ ...SUM, label: 'Could not be closed' }),
      approvals.metricNearExpiry({ ...SUM, label: 'Half of the time over' }),
    ]),
    graph('Approvals that wait, counted from the left edge, and milliseconds to their end', [waiting(stateMachine)], {
      right: [stateMachine.metricTime({ period: PERIOD, statistic: cloudwatch.Stats.AVERAGE, label: 'Time, average' })],
    }),
  ];
}

/** Step Functions has metrics for starts and ends only. */
function waiting(stateMachine: sfn.StateMachine): cloudwatch.MathExpression {
  return new cloudwatch.MathExpression({
    expression: 'RUNNING_SUM(FILL(began, 0) - FILL(ended, 0) - FILL(failed, 0))',
    label: 'Waiting',
    period: PERIOD,
    usingMetrics: {
      began: stateMachine.metricStarted(SUM),
      ended: stateMachine.metricSucceeded(SUM),
      failed: stateMachine.metricFailed(SUM),
    },
  });
}

function graph(
  title: string,
  left: cloudwatch.IMetric[],
  more: Pick<cloudwatch.GraphWidgetProps, 'right'> = {},
): cloudwatch.GraphWidget {
  return new cloudwatch.GraphWidget({ title, left, ...more, width: HALF, liveData: true });
}

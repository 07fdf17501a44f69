import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type * as ecs from 'aws-cdk-lib/aws-ecs';
import * as events from 'aws-cdk-lib/aws-events';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { partitionsOf } from '../gate/agent-partitions';
import type { StateTable } from '../gate/state-table';
import type { Ledger } from '../ledger/ledger';
import { EndpointService } from '../network/endpoint-service';
import type { IsolatedNetwork } from '../network/isolated-network';
import { objectsOf } from '../private/agent-id';
import { bundlePath } from '../private/bundle-path';
import { targetOf } from '../private/invocations';
import { PrivateFunction } from '../private/private-function';
import { letStopTasks } from './stop-tasks';

/** @internal */
export interface SessionSweepProps {
  readonly agentId: string;
  readonly cluster: ecs.ICluster;
  readonly state: StateTable;
  readonly ledger: Ledger;
  /** Calls that a session may make. */
  readonly maxCalls: number;
  /** Where it runs. @default - outside any VPC, as the launcher does */
  readonly network?: IsolatedNetwork;
}

/**
 * Stops the tasks of the agent's sessions that are over: expired, ended by the gate or by a person, or with a launch that broke
 * off. It looks every minute, so a failed attempt is repeated, and it costs about $0.05 a month. The gate needs no right for ECS.
 * @internal
 */
export class SessionSweep extends Construct {
  /** Goes off when sessions couldn't be stopped, or nothing looked, for five minutes. */
  public readonly alarm: cloudwatch.Alarm;

  constructor(scope: Construct, id: string, props: SessionSweepProps) {
    super(scope, id);
    const { agentId, cluster, state, ledger, network } = props;
    const sweep = new PrivateFunction(this, 'Sweep', {
      description: 'Sandbox: stops the tasks of sessions that are over',
      code: lambda.Code.fromAsset(bundlePath('sandbox-sweep-sessions')),
      environment: {
        STATE_TABLE: state.table.tableName,
        LEDGER_BUCKET: ledger.ledgerBucket.bucketName,
        AGENT_ID: agentId,
        CLUSTER_ARN: cluster.clusterArn,
        MAX_CALLS: String(props.maxCalls),
      },
      // Many sessions may be over at once. What is left is stopped a minute later.
      timeout: Duration.seconds(55),
      network,
    });
    const { sessions, slots } = partitionsOf(agentId);
    state.grant(sweep.role, 'ListSessions', ['dynamodb:Query', 'dynamodb:DeleteItem'], [slots]);
    state.grant(sweep.role, 'EndSession', ['dynamodb:GetItem', 'dynamodb:UpdateItem'], [sessions]);
    ledger.grantAppend(sweep.role, agentId);
    letStopTasks(sweep, cluster);
    sweep.reach(
      EndpointService.DYNAMODB,
      ['dynamodb:GetItem', 'dynamodb:Query', 'dynamodb:UpdateItem', 'dynamodb:DeleteItem'],
      [state.table.tableArn],
    );
    sweep.reach(
      EndpointService.S3,
      ['s3:GetObject', 's3:PutObject'],
      [ledger.ledgerBucket.arnForObjects(objectsOf('entries', agentId))],
    );
    const schedule = new events.Rule(this, 'EveryMinute', {
      description: 'Stops sessions that are over',
      schedule: events.Schedule.rate(Duration.minutes(1)),
      targets: [targetOf(sweep.function, { maximumRetryAttempts: 0 })],
    });
    sweep.invokedByService('events.amazonaws.com', [schedule.ruleArn]);
    this.alarm = new cloudwatch.Alarm(this, 'FailureAlarm', {
      alarmDescription:
        'Sessions that are over could not be stopped: the log of the function names them ("session_not_stopped")',
      metric: sweep.function.metricErrors({ period: Duration.minutes(1) }),
      threshold: 1,
      evaluationPeriods: 5,
      datapointsToAlarm: 5,
      treatMissingData: cloudwatch.TreatMissingData.BREACHING,
    });
    // Without runs there is no metric, and the alarm would go off.
    this.alarm.node.addDependency(schedule);
  }
}

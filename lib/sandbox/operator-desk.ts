import { Duration } from 'aws-cdk-lib';
import type * as apigateway from 'aws-cdk-lib/aws-apigateway';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type * as ecs from 'aws-cdk-lib/aws-ecs';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { partitionsOf } from '../gate/agent-partitions';
import type { StateTable } from '../gate/state-table';
import type { Ledger } from '../ledger/ledger';
import { EndpointService } from '../network/endpoint-service';
import type { IsolatedNetwork } from '../network/isolated-network';
import { objectsOf } from '../private/agent-id';
import { PrivateFunction } from '../private/private-function';
import { OperatorApi } from './operator-api';
import type { OperatorOptions } from './operator-options';
import { createOperatorRole } from './operator-role';
import { letStopTasks } from './stop-tasks';

/** @internal */
export interface OperatorDeskProps {
  readonly operators: OperatorOptions;
  readonly agentId: string;
  /** The bundle `sandbox-operate` with `manifest.json` beside it. */
  readonly code: lambda.Code;
  readonly cluster: ecs.ICluster;
  readonly state: StateTable;
  readonly ledger: Ledger;
  /** The ARN of each waiting request's execution, up to the request's id. */
  readonly waitArnPrefix: string;
  /** Where the function runs. @default - outside any VPC, as the launcher does */
  readonly network?: IsolatedNetwork;
}

/**
 * Where people stop sessions and connectors of one agent, and deny what waits: a break-glass role, an API and a function. Each use
 * raises an alarm. Without use it costs nothing but the alarm.
 * @internal
 */
export class OperatorDesk extends Construct {
  public readonly role: iam.Role;
  public readonly url: string;
  public readonly stage: apigateway.Stage;
  /** One goes off whenever somebody uses the role. */
  public readonly alarms: cloudwatch.Alarm[];

  constructor(scope: Construct, id: string, props: OperatorDeskProps) {
    super(scope, id);
    this.role = createOperatorRole(this, props.operators);
    const operate = new PrivateFunction(this, 'Operate', {
      description: 'Sandbox: stops sessions and connectors for an operator; approves nothing',
      code: props.code,
      environment: {
        STATE_TABLE: props.state.table.tableName,
        LEDGER_BUCKET: props.ledger.ledgerBucket.bucketName,
        EVIDENCE_BUCKET: props.ledger.evidenceBucket.bucketName,
        AGENT_ID: props.agentId,
        CLUSTER_ARN: props.cluster.clusterArn,
        OPERATOR_ROLE_NAME: this.role.roleName,
        WAIT_ARN_PREFIX: props.waitArnPrefix,
      },
      // A person waits for it, and a cold start takes less time with more processor.
      memorySize: 1024,
      network: props.network,
    });
    this.grantStores(operate, props);
    letStopTasks(operate, props.cluster);
    // It ends waits, and can't answer them: an answer could be an approval.
    operate.role.addToPolicy(
      new iam.PolicyStatement({
        sid: 'EndWaits',
        actions: ['states:StopExecution'],
        resources: [`${props.waitArnPrefix}*`],
      }),
    );
    operate.reach(EndpointService.STEP_FUNCTIONS, ['states:StopExecution'], [`${props.waitArnPrefix}*`]);
    const { api } = new OperatorApi(this, 'Desk', { operatorRole: this.role, operate });
    this.url = api.url;
    this.stage = api.deploymentStage;
    const used = new cloudwatch.Alarm(this, 'UsedAlarm', {
      alarmDescription:
        'Somebody used the operator role: its log says who did what ("operator"), and so does the ledger',
      metric: operate.function.metricInvocations({ period: Duration.minutes(1) }),
      threshold: 1,
      evaluationPeriods: 1,
      treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
    });
    this.alarms = [used];
  }

  private grantStores(operate: PrivateFunction, { state, ledger, agentId }: OperatorDeskProps): void {
    const { role } = operate;
    const { sessions, requests, slots, stops } = partitionsOf(agentId);
    state.grant(role, 'ReadRequests', ['dynamodb:GetItem'], [sessions, requests]);
    state.grant(role, 'ListSessions', ['dynamodb:Query'], [sessions, slots, stops]);
    state.grant(role, 'EndSessions', ['dynamodb:PutItem', 'dynamodb:UpdateItem'], [sessions, requests]);
    state.grant(role, 'StopConnectors', ['dynamodb:PutItem', 'dynamodb:DeleteItem'], [stops]);
    ledger.grantAppend(role, agentId);
    ledger.grantWriteEvidence(role, 'args', agentId);
    operate.reach(
      EndpointService.DYNAMODB,
      ['dynamodb:GetItem', 'dynamodb:Query', 'dynamodb:PutItem', 'dynamodb:UpdateItem', 'dynamodb:DeleteItem'],
      [state.table.tableArn],
    );
    operate.reach(
      EndpointService.S3,
      ['s3:GetObject', 's3:PutObject'],
      [ledger.ledgerBucket.arnForObjects(objectsOf('entries', agentId))],
    );
    operate.reach(
      EndpointService.S3,
      ['s3:PutObject'],
      [ledger.evidenceBucket.arnForObjects(objectsOf('args', agentId))],
    );
  }
}

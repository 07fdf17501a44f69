import { type Duration, Stack } from 'aws-cdk-lib';
import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as events from 'aws-cdk-lib/aws-events';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { DeclaredDocuments } from '../../runtime/core/contracts';
import type { SessionDocuments } from '../connectors/session-documents';
import { partitionsOf } from '../gate/agent-partitions';
import type { StateTable } from '../gate/state-table';
import type { Ledger } from '../ledger/ledger';
import { EndpointService } from '../network/endpoint-service';
import type { FunctionPlacement } from '../network/function-placement';
import type { IsolatedNetwork } from '../network/isolated-network';
import { objectsOf } from '../private/agent-id';
import { bundlePath } from '../private/bundle-path';
import { addRight } from '../private/inline-role';
import { targetOf } from '../private/invocations';
import { PrivateFunction } from '../private/private-function';
import type { HardenedTask } from './hardened-task';
import type { OidcUsers } from './oidc-users';

/** @internal */
export interface SessionLauncherProps {
  readonly agentId: string;
  readonly task: HardenedTask;
  readonly taskRole: iam.Role;
  readonly network: IsolatedNetwork;
  readonly securityGroup: ec2.ISecurityGroup;
  readonly state: StateTable;
  readonly ledger: Ledger;
  /** Where functions run that reach S3 and DynamoDB only. @default - in a group of their own */
  readonly stepsPlacement?: FunctionPlacement;
  readonly sessionDuration: Duration;
  /** Sessions at once. */
  readonly maxSessions: number;
  /** Whether the launcher runs in the network. The function that ends sessions always does. */
  readonly insideNetwork: boolean;
  /** @default - users are names that nobody verifies */
  readonly users?: OidcUsers;
  /** What launches may name documents of. */
  readonly documents: readonly SessionDocuments[];
}

/**
 * Opens and ends sessions. Each has one task and is bound to it by the task's id, which no caller can choose.
 * @internal
 */
export class SessionLauncher extends Construct {
  public readonly function: PrivateFunction;
  /** The tasks of the agent's cluster. */
  public readonly taskArns: string;

  constructor(scope: Construct, id: string, props: SessionLauncherProps) {
    super(scope, id);
    const { cluster, definition, executionRole } = props.task;
    const { agentId } = props;
    const { sessions, tasks, launches, usedTokens, launchKeys, slots } = partitionsOf(agentId);
    const entries = props.ledger.ledgerBucket.arnForObjects(objectsOf('entries', agentId));
    const args = props.ledger.evidenceBucket.arnForObjects(objectsOf('args', agentId));
    const stores = {
      STATE_TABLE: props.state.table.tableName,
      LEDGER_BUCKET: props.ledger.ledgerBucket.bucketName,
      AGENT_ID: agentId,
    };
    this.function = new PrivateFunction(this, 'Launch', {
      description: 'Sandbox: opens a session and starts its task',
      code: lambda.Code.fromAsset(bundlePath('sandbox-launch-session')),
      environment: {
        ...stores,
        EVIDENCE_BUCKET: props.ledger.evidenceBucket.bucketName,
        CLUSTER_ARN: cluster.clusterArn,
        TASK_DEFINITION_ARN: definition.taskDefinitionArn,
        SUBNET_IDS: props.network.vpc.isolatedSubnets.map((subnet) => subnet.subnetId).join(','),
        SECURITY_GROUP_ID: props.securityGroup.securityGroupId,
        SESSION_SECONDS: String(props.sessionDuration.toSeconds()),
        MAX_SESSIONS: String(props.maxSessions),
        ...(props.users ? { USERS: JSON.stringify(props.users._settings) } : {}),
        ...documentVariables(props.documents),
      },
      network: props.insideNetwork ? props.network : undefined,
    });
    this.function.invokedInAccount();
    this.function.reach(EndpointService.ECS, ['ecs:RunTask'], [definition.taskDefinitionArn]);
    this.taskArns = Stack.of(this).formatArn({
      service: 'ecs',
      resource: 'task',
      resourceName: `${cluster.clusterName}/*`,
    });
    this.function.reach(EndpointService.ECS, ['ecs:TagResource'], [this.taskArns]);
    this.function.reach(EndpointService.S3, ['s3:GetObject', 's3:PutObject'], [entries]);
    this.function.reach(EndpointService.S3, ['s3:PutObject'], [args]);
    this.function.reach(
      EndpointService.DYNAMODB,
      ['dynamodb:GetItem', 'dynamodb:Query', 'dynamodb:PutItem', 'dynamodb:UpdateItem', 'dynamodb:DeleteItem'],
      [props.state.table.tableArn],
    );
    const { role } = this.function;
    props.state.grant(
      role,
      'OpenSession',
      ['dynamodb:PutItem', 'dynamodb:UpdateItem', 'dynamodb:DeleteItem'],
      [sessions, tasks, launches, usedTokens, launchKeys],
    );
    props.state.grant(role, 'FindLaunch', ['dynamodb:GetItem'], [launchKeys]);
    props.state.grant(role, 'TakePlace', ['dynamodb:PutItem', 'dynamodb:Query'], [slots]);
    props.ledger.grantAppend(role, agentId);
    props.ledger.grantWriteEvidence(role, 'args', agentId);
    // In a network, the endpoints' policies name the role, and the task waits for the endpoints: the role can't wait for the task.
    const give = (right: iam.PolicyStatement) =>
      props.insideNetwork ? role.addToPolicy(right) : addRight(role, right);
    give(
      new iam.PolicyStatement({
        sid: 'RunAgentTask',
        actions: ['ecs:RunTask'],
        // The ARN contains the revision, so only the deployed definition can run.
        resources: [definition.taskDefinitionArn],
        conditions: { ArnEquals: { 'ecs:cluster': cluster.clusterArn } },
      }),
    );
    give(
      new iam.PolicyStatement({
        sid: 'TagAgentTask',
        actions: ['ecs:TagResource'],
        resources: [this.taskArns],
        conditions: { StringEquals: { 'ecs:CreateAction': 'RunTask' } },
      }),
    );
    give(
      new iam.PolicyStatement({
        sid: 'PassTaskRoles',
        actions: ['iam:PassRole'],
        resources: [props.taskRole.roleArn, executionRole.roleArn],
        conditions: { StringEquals: { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' } },
      }),
    );
    for (const documents of props.documents) this.letFind(documents, give);

    const end = new PrivateFunction(this, 'End', {
      description: 'Sandbox: ends the session of a task that stopped',
      code: lambda.Code.fromAsset(bundlePath('sandbox-end-session')),
      environment: stores,
      ...(props.stepsPlacement ? { placement: props.stepsPlacement } : { network: props.network }),
    });
    end.reach(EndpointService.S3, ['s3:GetObject', 's3:PutObject'], [entries]);
    end.reach(
      EndpointService.DYNAMODB,
      ['dynamodb:GetItem', 'dynamodb:Query', 'dynamodb:UpdateItem', 'dynamodb:DeleteItem'],
      [props.state.table.tableArn],
    );
    props.state.grant(end.role, 'FindSession', ['dynamodb:GetItem', 'dynamodb:Query'], [tasks, launches]);
    props.state.grant(end.role, 'EndSession', ['dynamodb:GetItem', 'dynamodb:UpdateItem'], [sessions]);
    props.state.grant(end.role, 'FreePlace', ['dynamodb:Query', 'dynamodb:DeleteItem'], [slots]);
    props.ledger.grantAppend(end.role, agentId);
    const stopped = new events.Rule(this, 'TaskStopped', {
      description: 'Ends the session of a task that stopped',
      eventPattern: {
        source: ['aws.ecs'],
        detailType: ['ECS Task State Change'],
        // Other agents of a platform run tasks in the same cluster. RunTask without a group makes it the family's.
        detail: { clusterArn: [cluster.clusterArn], group: [`family:${definition.family}`], lastStatus: ['STOPPED'] },
      },
      targets: [targetOf(end.function, { maximumRetryAttempts: 10, maximumEventAgeInSeconds: 2 * 3600 })],
    });
    end.invokedByService('events.amazonaws.com', [stopped.ruleArn]);
  }

  /** A launch looks whether a document is there and how large it is. To list needs no right to read. */
  private letFind(
    { _bucket: bucket, _prefix: prefix, node }: SessionDocuments,
    give: (right: iam.PolicyStatement) => void,
  ): void {
    give(
      new iam.PolicyStatement({
        sid: `Find${node.id.replace(/[^A-Za-z0-9]/g, '')}`,
        actions: ['s3:ListBucketVersions'],
        resources: [bucket.bucketArn],
        conditions: { StringLike: { 's3:prefix': `${prefix}*` } },
      }),
    );
    this.function.reach(EndpointService.S3, ['s3:ListBucketVersions'], [bucket.bucketArn]);
  }
}

/** A bucket's name is known at deployment only, so each has a variable of its own. */
function documentVariables(documents: readonly SessionDocuments[]): Record<string, string> {
  if (documents.length === 0) return {};
  const declared: DeclaredDocuments[] = documents.map(({ node, tool, _prefix: prefix }, index) => ({
    connector: node.id,
    tool: tool.toolName,
    prefix,
    bucketVariable: `DOCUMENTS_${index + 1}`,
  }));
  const names = documents.map(({ _bucket }, index): [string, string] => [`DOCUMENTS_${index + 1}`, _bucket.bucketName]);
  return { DOCUMENTS: JSON.stringify(declared), ...Object.fromEntries(names) };
}

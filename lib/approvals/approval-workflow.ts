import { ArnFormat, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import type * as apigateway from 'aws-cdk-lib/aws-apigateway';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as events from 'aws-cdk-lib/aws-events';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { partitionsOf } from '../gate/agent-partitions';
import { grantPartitions } from '../gate/state-table';
import { Ledger } from '../ledger/ledger';
import { EndpointService } from '../network/endpoint-service';
import type { FunctionPlacement } from '../network/function-placement';
import type { IsolatedNetwork } from '../network/isolated-network';
import { NETWORK } from '../network/network-shape';
import { agentIdOf, objectsOf } from '../private/agent-id';
import { bundlePath } from '../private/bundle-path';
import { grantTo } from '../private/grants';
import { InlineRole } from '../private/inline-role';
import { mayGetName } from '../private/own-names';
import { PrivateFunction } from '../private/private-function';
import { duration, FUNCTION, FUNCTION_CODE, GRANTEE, MANAGED_POLICY, TABLE } from '../private/props/cdk-shapes';
import { checkArguments, checkConstruct } from '../private/props/check';
import { foreignStruct, instanceOf, listOf, optional, struct, text } from '../private/props/shape';
import { vendedLogGroupName } from '../private/vended-log-group-name';
import { approvalDefinition } from './approval-definition';
import { approverRoleOf, Desk } from './approval-desk';
import { ApprovalNotifications } from './approval-notifications';
import { ApprovalRule } from './approval-rule';
import { ApprovalWatch } from './approval-watch';
import { APPROVER_ROLE_PROPS, type ApproverRoleProps } from './approver-role';
import { type ApproverSignIn, SIGN_IN } from './approver-sign-in';
import { executionEvents } from './execution-events';
import type { Notification } from './notification';
import { NOTIFICATIONS } from './notification-shape';

/** Properties of `ApprovalWorkflow`. */
export interface ApprovalWorkflowProps extends ApproverRoleProps {
  /** The runtime's state table: keys `pk` and `sk`, TTL attribute `ttl`, index `pending`. */
  readonly stateTable: dynamodb.ITable;

  /** Records decisions and outcomes, and holds arguments and results. */
  readonly ledger: Ledger;

  /**
   * The bundle `approvals-show-requests` with `manifests.json` beside it: the manifest of each agent by its id. Required
   * without a shared desk.
   */
  readonly showRequestsCode?: lambda.Code;

  /** The bundle `approvals-execute-approved` with `manifest.json` beside it. */
  readonly executeApprovedCode: lambda.Code;

  /** Time to decide, from one minute to seven days. An approved call that hasn't started by then doesn't run. */
  readonly expiry: Duration;

  /**
   * Where people are told that a request waits. At most five places.
   * @default - nowhere; `onWaiting` and the other hooks are there all the same
   */
  readonly notifications?: Notification[];

  /**
   * How approvers sign in, if not with IAM: `ApproverSignIn.oidc({ issuer, clientId, ingress })`. Then `approverGroups` are values of
   * the groups claim, and there is a web page instead of the approver role and the signed API.
   * @default - approvers assume a role of IAM
   */
  readonly signIn?: ApproverSignIn;

  /** Permissions boundary of every role of the workflow. @default - none */
  readonly permissionsBoundary?: iam.IManagedPolicy;

  /** Where the functions run. @default - outside any VPC */
  readonly network?: IsolatedNetwork;

  /** The agent whose calls wait. Its session ids begin with it. @internal */
  readonly _agentId?: string;

  /** Rules that may give requests other times than `expiry`. @internal */
  readonly _rules?: readonly ApprovalRule[];

  /** The desk that agents share. @internal */
  readonly _desk?: Desk;
}

const PROPS = struct<ApprovalWorkflowProps>(
  {
    ...APPROVER_ROLE_PROPS,
    signIn: SIGN_IN,
    stateTable: TABLE,
    ledger: instanceOf(Ledger, "new Ledger(this, 'Ledger', { retention })"),
    showRequestsCode: optional(FUNCTION_CODE),
    executeApprovedCode: FUNCTION_CODE,
    expiry: duration('Duration.minutes(30)'),
    notifications: optional(NOTIFICATIONS),
    permissionsBoundary: optional(MANAGED_POLICY),
    network: optional(NETWORK),
    _agentId: optional(text('Agent-1a2b3c4d')),
    _rules: optional(listOf(instanceOf(ApprovalRule, 'an approval rule'), 'rule')),
    _desk: optional(instanceOf(Desk, 'the desk of a platform')),
  },
  '{ stateTable, ledger, showRequestsCode, executeApprovedCode, expiry, approverGroups }',
);

const METRIC_OPTIONS = optional(foreignStruct<cloudwatch.MetricOptions>('{ period: Duration.minutes(5) }'));
const EVENT_OPTIONS = foreignStruct<events.OnEventOptions>('{ target }');

/**
 * Puts a person between an agent and a dangerous tool call. It waits for a decision on one exact digest, checks everything
 * again, and runs the call once.
 *
 * With its desk it has five functions with the least permissions each: the one that shows requests can't write, the one that
 * decides can't execute, the one that executes can't decide, and only the one that decides can read the workflow's task token.
 *
 * Limitations: one approver decides. The account needs an API Gateway CloudWatch role (`AWS::ApiGateway::Account`, once
 * a region) before the desk's API can log.
 */
export class ApprovalWorkflow extends Construct {
  public readonly stateMachine: sfn.StateMachine;
  /** Address of the approval desk: with `signIn` of the web page, otherwise for `hardened-agent approvals --api-url`. */
  public readonly deskUrl: string;
  /** Goes off when a request couldn't be closed. Its outcome may be missing in the ledger. */
  public readonly failureAlarm: cloudwatch.Alarm;
  /** Goes off when half of a request's time is over and it is still open. */
  public readonly nearExpiryAlarm: cloudwatch.Alarm;
  /** Goes off when a message to one of the `notifications` was given up; undefined without notifications. */
  public readonly notificationAlarm?: cloudwatch.Alarm;
  /** The secrets with the addresses of the webhooks among the `notifications`, in their order. */
  public readonly webhookSecretArns: string[];

  /** @internal */
  public readonly _deskStage: apigateway.Stage;
  /** Where functions run that reach S3 and DynamoDB only. @internal */
  public readonly _stepsPlacement?: FunctionPlacement;
  private readonly groupRoles: ReadonlyMap<string, iam.Role>;
  private readonly execute: PrivateFunction;
  private readonly watch: ApprovalWatch;
  private readonly desk: Desk;

  /**
   * @throws Error when a prop has a wrong type or is unknown, the expiry is out of range, there are neither approver groups nor
   * principals, or notifications are too many or listed twice
   */
  constructor(scope: Construct, id: string, props: ApprovalWorkflowProps) {
    checkConstruct(ApprovalWorkflow, scope, id, props, PROPS);
    super(scope, id);
    const expirySeconds = props.expiry.toSeconds();
    if (expirySeconds < 60 || expirySeconds > 7 * 24 * 3600) {
      throw new Error(
        `${this.node.path}: an approval's expiry of ${props.expiry.toHumanString()} is refused: it is too short to decide or too long to trust a decision; write between Duration.minutes(1) and Duration.days(7)`,
      );
    }
    const stack = Stack.of(this);
    const { stateTable, ledger, permissionsBoundary, network, _agentId: agentId = agentIdOf(this) } = props;
    const desk = props._desk ?? this.ownDesk(props);
    this.desk = desk;
    this.groupRoles = desk.groupRoles;
    this.deskUrl = desk.url;
    this._deskStage = desk.stage;
    const environment = {
      STATE_TABLE: stateTable.tableName,
      LEDGER_BUCKET: ledger.ledgerBucket.bucketName,
      EVIDENCE_BUCKET: ledger.evidenceBucket.bucketName,
      AGENT_ID: agentId,
    };
    const { sessions, requests, taskTokens, limits } = partitionsOf(agentId);

    const table = stateTable.tableArn;
    const [entries, args, results] = [
      ledger.ledgerBucket.arnForObjects(objectsOf('entries', agentId)),
      ledger.evidenceBucket.arnForObjects(objectsOf('args', agentId)),
      ledger.evidenceBucket.arnForObjects(objectsOf('results', agentId)),
    ];

    // They reach the gateways only, so they share a group.
    this._stepsPlacement = network?._placementOf(
      this,
      'StepsGroup',
      'Steps of an approval: reach S3 and DynamoDB only',
    );
    const request = new PrivateFunction(this, 'RequestApproval', {
      description: 'Approvals: keeps the task token of a waiting request',
      code: lambda.Code.fromAsset(bundlePath('approvals-request-approval')),
      environment,
      permissionsBoundary,
      placement: this._stepsPlacement,
    });
    grantPartitions(stateTable, request.role, 'ReadRequest', ['dynamodb:GetItem'], [sessions]);
    grantPartitions(stateTable, request.role, 'KeepTaskToken', ['dynamodb:PutItem'], [taskTokens, requests]);
    request.reach(EndpointService.DYNAMODB, ['dynamodb:GetItem', 'dynamodb:PutItem'], [table]);

    this.execute = new PrivateFunction(this, 'ExecuteApproved', {
      description: 'Approvals: checks an approved call again and runs it once',
      code: props.executeApprovedCode,
      environment,
      timeout: Duration.minutes(15),
      permissionsBoundary,
      network,
    });
    grantPartitions(stateTable, this.execute.role, 'ReadRequest', ['dynamodb:GetItem'], [sessions, requests]);
    grantPartitions(stateTable, this.execute.role, 'EndRequest', ['dynamodb:UpdateItem'], [sessions]);
    grantPartitions(stateTable, this.execute.role, 'CountCalls', ['dynamodb:UpdateItem'], [limits]);
    ledger.grantAppend(this.execute.role, agentId);
    ledger.grantReadEvidence(this.execute.role, 'args', agentId);
    ledger.grantWriteEvidence(this.execute.role, 'results', agentId);
    this.execute.reach(EndpointService.DYNAMODB, ['dynamodb:GetItem', 'dynamodb:UpdateItem'], [table]);
    this.execute.reach(EndpointService.S3, ['s3:GetObject', 's3:PutObject'], [entries, args, results]);

    const close = new PrivateFunction(this, 'CloseRequest', {
      description: 'Approvals: ends a request that nobody decided or whose execution broke off',
      code: lambda.Code.fromAsset(bundlePath('approvals-close-request')),
      environment,
      permissionsBoundary,
      placement: this._stepsPlacement,
    });
    grantPartitions(stateTable, close.role, 'EndRequest', ['dynamodb:GetItem', 'dynamodb:UpdateItem'], [sessions]);
    ledger.grantAppend(close.role, agentId);
    close.reach(EndpointService.DYNAMODB, ['dynamodb:GetItem', 'dynamodb:UpdateItem'], [table]);
    close.reach(EndpointService.S3, ['s3:GetObject', 's3:PutObject'], [entries]);

    const called = [request, this.execute, close];
    const workflowRole = this.workflowRole(called, permissionsBoundary);
    for (const step of called) step.invokedByRoles([workflowRole]);
    this.stateMachine = new sfn.StateMachine(this, 'StateMachine', {
      comment: 'Waits for a person to decide on one tool call',
      stateMachineType: sfn.StateMachineType.STANDARD,
      definitionBody: sfn.DefinitionBody.fromString(
        stack.toJsonString(
          approvalDefinition({
            partition: stack.partition,
            requestApprovalArn: request.function.functionArn,
            executeApprovedArn: this.execute.function.functionArn,
            closeRequestArn: close.function.functionArn,
            ...(timesDiffer(props._rules) ? {} : { expirySeconds }),
          }),
        ),
      ),
      role: workflowRole,
      logs: {
        destination: new logs.LogGroup(this, 'WorkflowLogs', {
          logGroupName: vendedLogGroupName(this),
          retention: logs.RetentionDays.ONE_YEAR,
          removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
        }),
        level: sfn.LogLevel.ALL,
        // The waiting state's input holds the task token.
        includeExecutionData: false,
      },
      tracingEnabled: true,
    });
    mayGetName(this.stateMachine);
    desk.serve(this, agentId, this.stateMachine.stateMachineArn);

    this.failureAlarm = new cloudwatch.Alarm(this, 'FailureAlarm', {
      alarmDescription:
        'A request that waited for a person could not be closed: look for it in the state table and the ledger',
      metric: this.stateMachine.metricFailed({ period: Duration.minutes(5) }),
      threshold: 1,
      evaluationPeriods: 1,
      treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
    });
    this.watch = new ApprovalWatch(this, 'Watch', {
      workflow: this.stateMachine,
      ...(timesDiffer(props._rules) ? {} : { remindAfterSeconds: Math.floor(expirySeconds / 2) }),
      permissionsBoundary,
    });
    this.nearExpiryAlarm = this.watch.alarm;
    const { notifications = [] } = props;
    if (notifications.length === 0) this.webhookSecretArns = [];
    else {
      const { alarm, secretArns } = new ApprovalNotifications(this, 'Notifications', {
        agentId,
        notifications,
        workflow: this.stateMachine,
        watch: this.watch.stateMachine,
        deskUrl: this.deskUrl,
        expirySeconds,
        permissionsBoundary,
      });
      this.notificationAlarm = alarm;
      this.webhookSecretArns = secretArns;
    }
  }

  /** Adds a target for requests that begin to wait for a person. The event's `detail.name` is the request's id. */
  public onWaiting(id: string, options: events.OnEventOptions = {}): events.Rule {
    return this.rule('onWaiting', id, options, executionEvents(this.stateMachine, 'RUNNING'));
  }

  /**
   * Adds a target for requests that ended: approved and run, denied, expired, or failed. The event's `detail.output` is JSON
   * and says which.
   */
  public onEnded(id: string, options: events.OnEventOptions = {}): events.Rule {
    return this.rule(
      'onEnded',
      id,
      options,
      executionEvents(this.stateMachine, 'SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED'),
    );
  }

  /** Adds a target for requests that are open when half of their time is over. The event's `detail.input` names the request. */
  public onNearExpiry(id: string, options: events.OnEventOptions = {}): events.Rule {
    return this.rule('onNearExpiry', id, options, executionEvents(this.watch.stateMachine, 'FAILED'));
  }

  /** Number of requests that were open when half of their time was over. */
  public metricNearExpiry(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    checkArguments(`${this.node.path}: metricNearExpiry()`, { options: [METRIC_OPTIONS, options] });
    return this.watch.stateMachine.metricFailed(options);
  }

  /** The desk of a single agent. */
  private ownDesk(props: ApprovalWorkflowProps): Desk {
    const { showRequestsCode } = props;
    if (showRequestsCode === undefined) {
      throw new Error(
        `${this.node.path}: showRequestsCode is missing; write the code of the function that shows requests`,
      );
    }
    return new Desk(this, { ...props, showRequestsCode, ruledGroups: ruledGroups(props._rules) });
  }

  /**
   * The role that proves that an approver is in a group, for rules that ask for it. People of several groups assume it with the same name.
   * @throws Error when no rule asks for the group, and with `signIn`: people sign in at the web desk, and there is no role
   */
  public approverRoleOf(group: string): iam.Role {
    checkArguments(`${this.node.path}: approverRoleOf()`, { group: [text('finance'), group] });
    const role = this.groupRoles.get(group);
    if (role) return role;
    // With a web desk, this says that there is no role at all.
    approverRoleOf(this, this.desk);
    throw new Error(
      `${this.node.path}: no approval rule asks for the group "${group}", so no role proves it; the approver role is for all approvers`,
    );
  }

  private rule(method: string, id: string, options: events.OnEventOptions, pattern: events.EventPattern): events.Rule {
    checkArguments(`${this.node.path}: ${method}()`, { id: [text('Waiting'), id], options: [EVENT_OPTIONS, options] });
    const rule = new events.Rule(options.crossStackScope ?? this, id, {
      ruleName: options.ruleName,
      description: options.description,
    });
    rule.addEventPattern(pattern);
    if (options.eventPattern) rule.addEventPattern(options.eventPattern);
    rule.addTarget(options.target);
    return rule;
  }

  /** @internal */
  public get _alarms(): cloudwatch.Alarm[] {
    const { nearExpiryAlarm, failureAlarm, notificationAlarm } = this;
    return [nearExpiryAlarm, failureAlarm, ...(notificationAlarm ? [notificationAlarm] : [])];
  }

  /** The ARN of each waiting request's execution, up to the request's id. @internal */
  public get _waitArnPrefix(): string {
    return Stack.of(this).formatArn({
      service: 'states',
      resource: 'execution',
      resourceName: `${this.stateMachine.stateMachineName}:`,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
  }

  /**
   * The role of people who decide.
   * @throws Error with `signIn`: people sign in at the web desk, and there is no role
   */
  public get approverRole(): iam.Role {
    return approverRoleOf(this, this.desk);
  }

  /** The role that invokes executors for approved calls. */
  public get executionRole(): iam.IRole {
    return this.execute.role;
  }

  /**
   * Lets the gate start the wait for a person. It can neither stop the wait nor decide.
   * @throws Error when the grantee has no policy in this app, such as a service, an immutable role or a role of another account
   */
  public grantStart(grantee: iam.IGrantable): iam.Grant {
    checkArguments(`${this.node.path}: grantStart()`, { grantee: [GRANTEE, grantee] });
    return grantTo(this, 'grantStart()', {
      grantee,
      actions: ['states:StartExecution'],
      resourceArns: [this.stateMachine.stateMachineArn],
    });
  }

  /**
   * Lets approved calls invoke a connector's executor.
   * @param variable the manifest's `functionArnVariable` of the connector's tools, `EXECUTOR_ARN_…`
   * @throws Error when the name isn't of that form
   */
  public addExecutor(variable: string, executor: lambda.IFunction): void {
    checkArguments(`${this.node.path}: addExecutor()`, {
      variable: [text('EXECUTOR_ARN_TICKETS'), variable],
      executor: [FUNCTION, executor],
    });
    if (!/^EXECUTOR_ARN_[A-Z0-9_]{1,128}$/.test(variable)) {
      throw new Error(
        `${this.node.path}: "${variable}" isn't the variable of an executor; write for example EXECUTOR_ARN_TICKETS`,
      );
    }
    this.execute.function.addEnvironment(variable, executor.functionArn);
    this.execute.role.addToPolicy(
      new iam.PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [executor.functionArn] }),
    );
    this.execute.reach(EndpointService.LAMBDA, ['lambda:InvokeFunction'], [executor.functionArn]);
  }

  /**
   * Lets the gate start this function for calls that need no person. It runs a request once, and only one that is approved or allowed.
   * @internal
   */
  public _runCallsOf(gate: PrivateFunction): lambda.IFunction {
    this.execute.alsoInvokedBy(gate.role);
    // The endpoint's policy names this function, so it can't wait for that endpoint. The gate does, and nothing starts it before.
    this.execute.doesNotWaitFor(EndpointService.LAMBDA);
    return this.execute.function;
  }

  private workflowRole(called: PrivateFunction[], permissionsBoundary?: iam.IManagedPolicy): iam.Role {
    const stack = Stack.of(this);
    const role = new InlineRole(this, 'WorkflowRole', {
      holdsEverything: true,
      description: 'Role of: approval workflow',
      permissionsBoundary,
      assumedBy: new iam.ServicePrincipal('states.amazonaws.com', {
        conditions: {
          StringEquals: { 'aws:SourceAccount': stack.account },
          ArnLike: {
            // The state machine's own ARN would be a dependency cycle.
            'aws:SourceArn': stack.formatArn({
              service: 'states',
              resource: 'stateMachine',
              resourceName: '*',
              arnFormat: ArnFormat.COLON_RESOURCE_NAME,
            }),
          },
        },
      }),
    });
    role.addToPolicy(
      new iam.PolicyStatement({
        sid: 'InvokeOwnSteps',
        actions: ['lambda:InvokeFunction'],
        resources: called.map((step) => step.function.functionArn),
      }),
    );
    return role;
  }
}

function ruledGroups(rules: readonly ApprovalRule[] = []): string[] {
  return [...new Set(rules.flatMap(({ _options: { groups = [] } }) => groups))];
}

/** Whether requests of one workflow differ in their time to decide or to be reminded. */
function timesDiffer(rules: readonly ApprovalRule[] = []): boolean {
  return rules.some(({ _options: { expiry, remindAfter } }) => expiry !== undefined || remindAfter !== undefined);
}

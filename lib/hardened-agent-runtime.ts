import { Duration, Stack } from 'aws-cdk-lib';
import type * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type * as ecs from 'aws-cdk-lib/aws-ecs';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { acknowledgeAwsSolutions } from './acknowledge-aws-solutions';
import { AgentDashboard } from './agent-dashboard';
import { ApprovalWorkflow } from './approvals/approval-workflow';
import { DeskManifests } from './approvals/desk-manifests';
import type { Notification } from './approvals/notification';
import { type Connector, Tool } from './connectors/connector';
import { SessionDocuments } from './connectors/session-documents';
import { POLICY_OPTIONS } from './gate/gate-shapes';
import type { PolicyOptions } from './gate/grants';
import type { StateTable } from './gate/state-table';
import { ToolGate } from './gate/tool-gate';
import type { ApprovalOptions, HardenedAgentRuntimeProps } from './hardened-agent-runtime-props';
import { runtimeShape } from './hardened-agent-runtime-shape';
import type { Ledger } from './ledger/ledger';
import type { ConnectorEgress } from './network/connector-egress';
import type { FunctionPlacement } from './network/function-placement';
import type { IsolatedNetwork } from './network/isolated-network';
import { ModelAccess } from './network/model-access';
import { keepTrailAround } from './private/acknowledgement-trail';
import { agentIdOf } from './private/agent-id';
import { grantTo } from './private/grants';
import { ALARM_ACTION, GRANTEE } from './private/props/cdk-shapes';
import { checkArguments, checkConstruct } from './private/props/check';
import { instanceOf, listOf } from './private/props/shape';
import { warnOfUntestedRegion } from './private/regions';
import { SynthesisTimeCode } from './private/synthesis-time-code';
import { runtimeProblem } from './runtime-problems';
import { createSandbox } from './sandbox/agent-sandbox';
import { taskPrincipal } from './sandbox/hardened-task';
import { OperatorDesk } from './sandbox/operator-desk';
import type { SessionLauncher } from './sandbox/session-launcher';
import { createSharedParts, type SharedParts } from './shared-parts';

const TOOL = instanceOf(Tool, 'the result of tickets.addTool(…)');

/**
 * Runs an agent that can be fooled but can't do harm: a disposable task without network, secrets or permissions, a gate
 * that decides every tool call, a person who decides the dangerous ones, and a record that nobody can edit.
 *
 * With a `platform`, it shares network, ledger, state table, approval desk and cluster with other agents.
 *
 * Limitations: without `connectorEgress` the executors of `HttpConnector`s and `McpConnector`s run outside any VPC, and so does the
 * session launcher without `launcherInNetwork`.
 */
export class HardenedAgentRuntime extends Construct {
  /**
   * The agent's id. Its session ids and its streams in the ledger begin with it. It is made of the construct's id and path, and
   * changes with them.
   */
  public readonly agentId: string;
  /** The isolated network. */
  public readonly network: IsolatedNetwork;
  /** The record of every call. */
  public readonly ledger: Ledger;
  /** The workflow that waits for a person. */
  public readonly approvals: ApprovalWorkflow;
  /** The role of the agent's task. It can call the gate and invoke the models, nothing else. */
  public readonly agentRole: iam.Role;
  /** Opens sessions. Invoke it with `{v: 1, taskText, userToken}`, or with `user` in place of the token where the
   * runtime declares no `users`. See docs/launching.md. */
  public readonly launchFunction: lambda.IFunction;
  /** Base address of the gate, as the agent's task sees it. */
  public readonly gateUrl: string;
  /** Calls, denials, waiting approvals and the state of the ledger; undefined with `dashboard: false`. */
  public readonly dashboard?: cloudwatch.Dashboard;
  /** Alarms worth waking someone for. They notify nobody until `addAlarmAction` is called. */
  public readonly alarms: cloudwatch.Alarm[];

  /** The break-glass role of people who stop sessions and connectors; undefined without `operators`. */
  public readonly operatorRole?: iam.Role;
  /** Base address of the operators' API, for `hardened-agent session --api-url`; undefined without `operators`. */
  public readonly operatorUrl?: string;

  private readonly gate: ToolGate;
  /** Whether the gate may start calls that it doesn't wait for. */
  private hasSlowTool = false;
  private readonly connectors: Connector[];
  private readonly launcher: SessionLauncher;
  private readonly cluster: ecs.ICluster;
  private readonly models: ModelAccess;
  private readonly state: StateTable;
  private readonly hasOwnParts: boolean;

  /**
   * @throws Error when a prop has a wrong type, is unknown, invalid or unsafe; the message says what to write instead
   */
  constructor(scope: Construct, id: string, props: HardenedAgentRuntimeProps) {
    checkConstruct(HardenedAgentRuntime, scope, id, props, runtimeShape(props));
    super(scope, id);
    const problem = runtimeProblem(this, props);
    if (problem !== undefined) throw new Error(`${this.node.path}: ${problem}`);
    warnOfUntestedRegion(this);
    keepTrailAround(this);
    this.connectors = props.connectors;

    const { platform } = props;
    this.hasOwnParts = platform === undefined;
    this.agentId = agentIdOf(this);
    platform?._join(this.agentId, this);
    const { network, state, ledger } = platform?._parts ?? this.ownParts(props);
    this.network = network;
    this.state = state;
    this.ledger = ledger;
    this.agentRole = new iam.Role(this, 'AgentRole', {
      description: 'Role of the agent task: this gate and these models, nothing else',
      assumedBy: taskPrincipal(Stack.of(this)),
    });
    const approvals: ApprovalOptions = props.approvals ?? {};
    const expiry = approvals.expiry ?? Duration.minutes(30);
    const manifests = platform?._manifests ?? new DeskManifests(this);
    const execute = new SynthesisTimeCode('approvals-execute-approved');
    const operate = new SynthesisTimeCode('sandbox-operate');
    const maxCalls = props.maxCallsPerSession ?? 500;
    this.gate = new ToolGate(this, 'Gate', {
      agentId: this.agentId,
      placement: this.network._placementOf(this, 'GateGroup', 'Gate: reaches its endpoints only'),
      ledger: this.ledger,
      state: this.state,
      connectors: props.connectors,
      policies: props.policies,
      trustedDirectory: props.trustedDirectory,
      addressBook: props.addressBook,
      probation: props.probation,
      skills: props.skills,
      mode: props.mode,
      users: props.users,
      agentRole: this.agentRole,
      sharedCode: props.operators ? [execute, operate] : [execute],
      approvalExpirySeconds: expiry.toSeconds(),
      ...approvalSettings(props),
      maxCallsPerSession: maxCalls,
      maxSentBytesPerSession: props.maxSentBytesPerSession,
      maxDenialsPerSession: props.maxDenialsPerSession ?? 20,
    });
    manifests.add(this.agentId, () => this.gate.manifestForDesk());
    this.approvals = new ApprovalWorkflow(this, 'Approvals', {
      _agentId: this.agentId,
      _desk: platform?._desk,
      stateTable: this.state.table,
      ledger: this.ledger,
      showRequestsCode: manifests.code,
      executeApprovedCode: execute,
      expiry,
      _rules: approvals.rules,
      approverGroups: approvals.approverGroups,
      approverPrincipals: approvals.approverPrincipals,
      approverName: approvals.approverName,
      notifications: notificationsOf(props),
      signIn: approvals.signIn,
      network: this.network,
    });
    this.gate.addApprovals(this.approvals);
    this.gateUrl = this.gate.url;

    for (const connector of props.connectors) this.bind(connector, props.connectorEgress);
    this.gate.reachStores();
    this.models = new ModelAccess(this, 'Models', {
      role: this.agentRole,
      models: props.models,
      guardrail: props.guardrail,
      guardrailProfileArns: props.guardrailProfileArns,
    });
    const { launcher, sweep, cluster } = createSandbox(this, {
      agentId: this.agentId,
      agentRole: this.agentRole,
      image: props.image,
      models: props.models,
      guardrail: props.guardrail,
      guardrailProfileArns: props.guardrailProfileArns,
      network: this.network,
      cluster: platform?._cluster,
      logs: platform?._logs,
      stepsPlacement: this.approvals._stepsPlacement,
      gate: this.gate,
      state: this.state,
      ledger: this.ledger,
      sessionDuration: props.sessionDuration ?? Duration.hours(8),
      launcherInNetwork: props.launcherInNetwork ?? false,
      users: props.users,
      documents: props.connectors.filter((connector) => connector instanceof SessionDocuments),
      maxSessions: props.maxSessions,
      maxCalls,
      cpu: props.cpu,
      memoryLimitMiB: props.memoryLimitMiB,
      task: props.task,
    });
    this.launcher = launcher;
    this.cluster = cluster;
    this.launchFunction = this.launcher.function.function;
    const desk = this.operatorDesk(props, operate, cluster);
    this.operatorRole = desk?.role;
    this.operatorUrl = desk?.url;
    this.beginLedger();

    this.alarms = [
      this.gate.denialAlarm,
      this.gate.stoppedAlarm,
      ...this.approvals._alarms,
      ...(platform === undefined ? this.ledger._alarms : []),
      ...this.models.alarms,
      ...this.connectors.flatMap((connector) => connector._alarms),
      sweep.alarm,
      ...(desk?.alarms ?? []),
    ];
    if (props.dashboard ?? platform === undefined) this.dashboard = this.ownDashboard();
  }

  private ownDashboard(): cloudwatch.Dashboard {
    return new AgentDashboard(this, 'Dashboard', {
      gate: this.gate,
      approvals: this.approvals,
      ledger: this.ledger,
      tokens: this.models.alarms.map(({ metric }) => metric),
      alarms: this.alarms,
    }).dashboard;
  }

  /** An agent in a stack of its own is deployed after the ledger. */
  private beginLedger(): void {
    if (Stack.of(this) !== Stack.of(this.ledger)) return;
    // Each of these waits for the rest of its part: roles, functions, endpoints.
    this.ledger._beginAfter(
      this.gate.api.deploymentStage,
      this.approvals._deskStage,
      this.approvals.stateMachine,
      this.launchFunction,
    );
  }

  /**
   * Sets what every alarm notifies: `agent.addAlarmAction(new SnsAction(topic))`. If the topic is encrypted with a key of
   * its own, that key's policy must let `cloudwatch.amazonaws.com` use it.
   */
  public addAlarmAction(...actions: cloudwatch.IAlarmAction[]): void {
    checkArguments(`${this.node.path}: addAlarmAction()`, { actions: [listOf(ALARM_ACTION, 'action'), actions] });
    for (const alarm of this.alarms) alarm.addAlarmAction(...actions);
  }

  /**
   * Grants a tool to the agent. A destructive or outbound tool still asks a person.
   * @throws Error when an argument has a wrong type, the condition isn't one Cedar expression, or the tool's connector isn't one
   * of this runtime. Synthesis fails on a condition that can never be true.
   */
  public allow(tool: Tool, options: PolicyOptions = {}): void {
    checkArguments(`${this.node.path}: allow()`, { tool: [TOOL, tool], options: [POLICY_OPTIONS, options] });
    this.gate.allow(tool, options);
  }

  /**
   * Lets calls of a tool run without a person. Every synthesis lists these tools. Synthesis fails where no policy allows the
   * tool as well.
   * @throws Error when an argument has a wrong type, the condition isn't one Cedar expression, or the tool's connector isn't one
   * of this runtime. Synthesis fails on a condition that can never be true.
   */
  public autoApprove(tool: Tool, options: PolicyOptions = {}): void {
    checkArguments(`${this.node.path}: autoApprove()`, { tool: [TOOL, tool], options: [POLICY_OPTIONS, options] });
    this.gate.autoApprove(tool, options);
  }

  /**
   * Acknowledges what cdk-nag's `AwsSolutionsChecks` finds on the constructs of the runtime and its connectors, each
   * finding with a reason. Call it last, in apps that register that pack.
   */
  public acknowledgeAwsSolutions(): void {
    acknowledgeAwsSolutions(this, {
      agentId: this.agentId,
      ledger: this.ledger,
      connectors: this.connectors,
      cluster: this.cluster,
      taskArns: this.launcher.taskArns,
      own: this.hasOwnParts,
    });
  }

  /**
   * Lets an application open sessions.
   * @throws Error when the grantee has no policy in this app, such as a service, an immutable role or a role of another account
   */
  public grantLaunch(grantee: iam.IGrantable): iam.Grant {
    checkArguments(`${this.node.path}: grantLaunch()`, { grantee: [GRANTEE, grantee] });
    return grantTo(this, 'grantLaunch()', {
      grantee,
      actions: ['lambda:InvokeFunction'],
      resourceArns: [this.launchFunction.functionArn],
    });
  }

  /** Without a platform, the agent has everything of its own. */
  private ownParts(props: HardenedAgentRuntimeProps): SharedParts {
    // `runtimeShape` demands a retention where there is no platform.
    return createSharedParts(this, { ...props, retention: props.retention as Duration });
  }

  /** Undefined: nobody is an operator. */
  private operatorDesk(
    { operators, launcherInNetwork }: HardenedAgentRuntimeProps,
    code: lambda.Code,
    cluster: ecs.ICluster,
  ): OperatorDesk | undefined {
    if (operators === undefined) return undefined;
    return new OperatorDesk(this, 'Operators', {
      operators,
      agentId: this.agentId,
      code,
      cluster,
      state: this.state,
      ledger: this.ledger,
      waitArnPrefix: this.approvals._waitArnPrefix,
      network: launcherInNetwork ? this.network : undefined,
    });
  }

  /** Creates the connector's executors and lets their two callers invoke them. */
  private bind(connector: Connector, egress?: ConnectorEgress): void {
    connector._bind({
      agentId: this.agentId,
      state: this.state,
      ledger: this.ledger,
      callers: [this.gate.function.role, this.approvals.executionRole],
      placement: this.placementOf(connector, egress),
    });
    for (const executor of connector._executors) {
      this.approvals.addExecutor(executor.variable, executor.function);
      this.gate.addExecutor(executor.variable, executor.function);
    }
    connector._onSlowTool(() => {
      if (!this.hasSlowTool) this.gate.addSlowCalls(this.approvals);
      this.hasSlowTool = true;
    });
  }

  /** Where a connector's executor runs. Undefined: outside any VPC. */
  private placementOf(connector: Connector, egress?: ConnectorEgress): FunctionPlacement | undefined {
    const { id } = connector.node;
    if (connector._internetHosts.length === 0) {
      return this.network._placementOf(connector, 'Group', `Connector ${id}: reaches its endpoints only`);
    }
    return egress && { ...egress.place(id, connector._internetHosts), endpoints: egress.endpoints };
  }
}

/** What the gate must know of approvals, besides their time. */
function approvalSettings({ approvals, platform }: HardenedAgentRuntimeProps) {
  return {
    approvalRules: approvals?.rules,
    approverGroups: approvals?.approverGroups ?? platform?._approverGroups,
    maxWaitingRequests: approvals?.maxWaitingRequests,
  };
}

/** A platform's notifications are of each of its agents. */
function notificationsOf({ platform, approvals }: HardenedAgentRuntimeProps): Notification[] {
  return [...(platform?._notifications ?? []), ...(approvals?.notifications ?? [])];
}

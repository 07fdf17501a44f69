import { Duration, Stack, Token } from 'aws-cdk-lib';
import type * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { acknowledgeAwsSolutions } from './acknowledge-aws-solutions';
import { AgentDashboard } from './agent-dashboard';
import { ApprovalWorkflow } from './approvals/approval-workflow';
import type { Connector } from './connectors/connector';
import type { Tool } from './connectors/tool';
import type { CedarPolicies } from './gate/cedar-policies';
import type { GateMode } from './gate/gate-mode';
import type { PolicyOptions } from './gate/grants';
import type { ProbationOptions } from './gate/probation';
import { StateTable } from './gate/state-table';
import { ToolGate } from './gate/tool-gate';
import { Ledger } from './ledger/ledger';
import type { LedgerOptions } from './ledger/ledger-options';
import type { BedrockModel } from './network/bedrock-model';
import type { ConnectorEgress } from './network/connector-egress';
import type { EndpointAllowlist } from './network/endpoint-allowlist';
import { EndpointService } from './network/endpoint-service';
import { IsolatedNetwork } from './network/isolated-network';
import { ModelAccess } from './network/model-access';
import { SynthesisTimeCode } from './private/synthesis-time-code';
import type { AgentImage } from './sandbox/agent-image';
import { fargateSizeProblem } from './sandbox/fargate-size';
import { HardenedTask, taskPrincipal } from './sandbox/hardened-task';
import { SessionLauncher } from './sandbox/session-launcher';

/** Who approves, and how long a person has to decide. */
export interface ApprovalOptions {
  /**
   * Values of the principal tag `approver-group`: whoever carries one of them may decide.
   * @default - nobody by group; give `approverPrincipals`
   */
  readonly approverGroups?: string[];
  /**
   * Principals that may assume the approver role.
   * @default - principals of this account that carry one of the groups
   */
  readonly approverPrincipals?: iam.IPrincipal[];
  /**
   * Time to decide. An approval that isn't run by then is void.
   * @default Duration.minutes(30)
   */
  readonly expiry?: Duration;
}

/** Properties of `HardenedAgentRuntime`. Five are enough: image, models, connectors, approvals, retention. */
export interface HardenedAgentRuntimeProps {
  /** The agent's container image, by digest. */
  readonly image: AgentImage;
  /** The models that the agent may invoke, and no others. */
  readonly models: BedrockModel[];
  /** The systems that the agent may reach, through the gate only. */
  readonly connectors: Connector[];
  /** Who decides about what is destructive or leaves the organisation. */
  readonly approvals: ApprovalOptions;
  /** How long every ledger entry is locked: nobody, the account's root user included, can delete it earlier. */
  readonly retention: Duration;
  /**
   * Hand-written Cedar policies, such as `[CedarPolicies.deny('deny.cedar')]`, beside `allow` and `autoApprove`.
   * @default - none
   */
  readonly policies?: CedarPolicies[];
  /**
   * Values that the targets of any tool may have though the user's task doesn't name them: the organisation's own
   * addresses and accounts, for one. Exact matches only.
   * @default - only what the user's task names is trusted
   */
  readonly trustedDirectory?: string[];
  /**
   * How long each new tool is tried out: a person is asked for each of its calls.
   * @default - effect and policies decide from the first call
   */
  readonly probation?: ProbationOptions;
  /**
   * Whether the gate's word holds. For adoption, `LOG_ONLY` records what it would stop; the checks report it.
   * @default GateMode.ENFORCE
   */
  readonly mode?: GateMode;
  /**
   * A guardrail that every model call must name, as `<guardrail ARN>:<version>`.
   * @default - calls need no guardrail
   */
  readonly guardrail?: string;
  /**
   * Where the agent runs.
   * @default - a new IsolatedNetwork in two availability zones
   */
  readonly network?: IsolatedNetwork;
  /**
   * The network of connectors that reach the internet. It costs about $290 a month and zone.
   * @default - executors of HttpConnectors run outside any VPC: only their own code keeps them to their base URL
   */
  readonly connectorEgress?: ConnectorEgress;
  /**
   * Run the session launcher inside the network as well, by an endpoint of ECS: about $7.30 a month and zone for one call
   * a session. The agent never talks to the launcher.
   * @default false - it runs outside any VPC, with the rights to start this one task and nothing else
   */
  readonly launcherInNetwork?: boolean;
  /**
   * How long arguments and results are kept, apart from the ledger.
   * @default Duration.days(90)
   */
  readonly evidenceRetention?: Duration;
  /**
   * The ledger's witness, delays, trail and break-glass role.
   * @default - a witness bucket of this stack, a merge delay of 5 minutes, a heartbeat an hour, a trail
   */
  readonly ledger?: LedgerOptions;
  /**
   * How long a session lasts at most.
   * @default Duration.hours(8)
   */
  readonly sessionDuration?: Duration;
  /**
   * Calls after which a session gets no more.
   * @default 500
   */
  readonly maxCallsPerSession?: number;
  /**
   * Denials after which a session is stopped.
   * @default 20
   */
  readonly maxDenialsPerSession?: number;
  /**
   * Fargate CPU units of a session's task.
   * @default 512
   */
  readonly cpu?: number;
  /**
   * Memory of a session's task, in MiB.
   * @default 1024
   */
  readonly memoryLimitMiB?: number;
  /**
   * Make a CloudWatch dashboard: $3 a month, where the account has three already.
   * @default true
   */
  readonly dashboard?: boolean;
}

const DEFAULT_CPU = 512;
const DEFAULT_MEMORY_MIB = 1024;
const MIN_SESSION_SECONDS = 60;
/** An approval can wait as long. */
const MAX_SESSION_SECONDS = 7 * 24 * 3600;

/** Where an executor runs. */
interface ExecutorPlace {
  readonly vpc: ec2.IVpc;
  readonly subnets?: ec2.SubnetSelection;
  readonly securityGroup: ec2.ISecurityGroup;
  readonly endpoints: EndpointAllowlist;
}

/**
 * Runs an agent that can be fooled but can't do harm: a disposable task without network, secrets or rights, a gate that
 * decides every tool call, a person for what is dangerous, and a record nobody can edit.
 *
 * Limitations: without `connectorEgress` the executors of `HttpConnector`s run outside any VPC, and so does the session
 * launcher without `launcherInNetwork`.
 */
export class HardenedAgentRuntime extends Construct {
  /** The isolated network. */
  public readonly network: IsolatedNetwork;
  /** The record of every call. */
  public readonly ledger: Ledger;
  /** The wait for a person. */
  public readonly approvals: ApprovalWorkflow;
  /** The role of the agent's task: it can call the gate, invoke the models, and nothing else. */
  public readonly agentRole: iam.Role;
  /** Opens sessions; invoke it with `{v: 1, user, taskText, tools?}`. */
  public readonly launchFunction: lambda.IFunction;
  /** Base address of the gate, as the agent's task sees it. */
  public readonly gateUrl: string;
  /** What the agents try, who waits, and whether the record is kept; undefined where none was wanted. */
  public readonly dashboard?: cloudwatch.Dashboard;
  /** Everything that somebody should be woken for. They tell nobody until `addAlarmAction` says whom. */
  public readonly alarms: cloudwatch.Alarm[];

  private readonly gate: ToolGate;
  private readonly connectors: Connector[];
  private readonly launcher: SessionLauncher;
  private readonly models: ModelAccess;
  private readonly state: StateTable;

  /** @throws Error when a prop can't be kept safely; the message says what to write instead */
  constructor(scope: Construct, id: string, props: HardenedAgentRuntimeProps) {
    super(scope, id);
    this.validate(props);
    this.connectors = props.connectors;

    this.network = props.network ?? new IsolatedNetwork(this, 'Network');
    this.state = new StateTable(this, 'State');
    this.ledger = new Ledger(this, 'Ledger', {
      ...props.ledger,
      retention: props.retention,
      evidenceRetention: props.evidenceRetention,
      network: this.network,
    });
    this.agentRole = new iam.Role(this, 'AgentRole', {
      description: 'Role of the agent task: this gate and these models, nothing else',
      assumedBy: taskPrincipal(Stack.of(this)),
    });
    const expiry = props.approvals.expiry ?? Duration.minutes(30);
    const show = new SynthesisTimeCode('approvals-show-requests');
    const execute = new SynthesisTimeCode('approvals-execute-approved');
    const gateGroup = this.network._securityGroupOf(this, 'GateGroup', 'Gate: reaches its endpoints only');
    this.gate = new ToolGate(this, 'Gate', {
      vpc: this.network.vpc,
      securityGroup: gateGroup,
      ledger: this.ledger,
      state: this.state,
      connectors: props.connectors,
      policies: props.policies,
      trustedDirectory: props.trustedDirectory,
      probation: props.probation,
      mode: props.mode,
      agentRole: this.agentRole,
      sharedCode: [show, execute],
      approvalExpirySeconds: expiry.toSeconds(),
      maxCallsPerSession: props.maxCallsPerSession ?? 500,
      maxDenialsPerSession: props.maxDenialsPerSession ?? 20,
    });
    this.approvals = new ApprovalWorkflow(this, 'Approvals', {
      stateTable: this.state.table,
      ledger: this.ledger,
      showRequestsCode: show,
      executeApprovedCode: execute,
      expiry,
      approverGroups: props.approvals.approverGroups,
      approverPrincipals: props.approvals.approverPrincipals,
      network: this.network,
    });
    this.gate.function.function.addEnvironment(
      'APPROVAL_STATE_MACHINE_ARN',
      this.approvals.stateMachine.stateMachineArn,
    );
    this.approvals.grantStart(this.gate.function.role);
    this.gateUrl = this.gate.url;

    for (const connector of props.connectors) this.bind(connector, this.place(connector, props.connectorEgress));
    this.openGateEndpoints(gateGroup, props.connectors);
    this.models = new ModelAccess(this, 'Models', {
      role: this.agentRole,
      models: props.models,
      guardrail: props.guardrail,
    });
    this.launcher = this.sandbox(props);
    this.launchFunction = this.launcher.function.function;

    this.alarms = [
      this.gate.denialAlarm,
      this.gate.stoppedAlarm,
      this.approvals.nearExpiryAlarm,
      this.approvals.failureAlarm,
      this.ledger.sealAlarm,
      this.ledger.lagAlarm,
      ...(this.ledger.refusedAlarm ? [this.ledger.refusedAlarm] : []),
      ...this.models.alarms,
    ];
    if (props.dashboard ?? true) {
      this.dashboard = new AgentDashboard(this, 'Dashboard', {
        gate: this.gate,
        approvals: this.approvals,
        ledger: this.ledger,
        tokens: this.models.alarms.map(({ metric }) => metric),
        alarms: this.alarms,
      }).dashboard;
    }
  }

  /**
   * Says whom every alarm tells: `agent.addAlarmAction(new SnsAction(topic))`. A topic with a key of its own must let
   * `cloudwatch.amazonaws.com` use that key.
   */
  public addAlarmAction(...actions: cloudwatch.IAlarmAction[]): void {
    for (const alarm of this.alarms) alarm.addAlarmAction(...actions);
  }

  /**
   * Grants a tool to the agent. A destructive or outbound one still asks a person.
   * @throws Error when the condition isn't one Cedar expression
   */
  public allow(tool: Tool, options: PolicyOptions = {}): void {
    this.gate.allow(tool, options);
  }

  /**
   * Lets calls of a tool run without a person. Listed at every synth; the tool must be allowed as well.
   * @throws Error when the condition isn't one Cedar expression
   */
  public autoApprove(tool: Tool, options: PolicyOptions = {}): void {
    this.gate.autoApprove(tool, options);
  }

  /**
   * Acknowledges what cdk-nag's `AwsSolutionsChecks` finds on the runtime's and its connectors' own constructs, each finding
   * with its reason. Call it last, where that pack is registered.
   */
  public acknowledgeAwsSolutions(): void {
    acknowledgeAwsSolutions(this, this.ledger, this.connectors);
  }

  /**
   * Lets an application open sessions.
   * @throws Error when the grantee is a service or an account rather than a role or a user of this account
   */
  public grantLaunch(grantee: iam.IGrantable): iam.Grant {
    const grant = iam.Grant.addToPrincipal({
      grantee,
      actions: ['lambda:InvokeFunction'],
      resourceArns: [this.launchFunction.functionArn],
    });
    if (!grant.success) {
      throw new Error(
        `${this.node.path}: ${grantee.grantPrincipal} has no policy that could hold the permission, and the launcher takes no service or other account by itself; grant it to a role of this account`,
      );
    }
    return grant;
  }

  private validate(props: HardenedAgentRuntimeProps): void {
    const fail = (message: string): never => {
      throw new Error(`${this.node.path}: ${message}`);
    };
    if (props.connectors.length === 0) fail('an agent without connectors can do nothing; pass at least one');
    if (new Set(props.connectors).size !== props.connectors.length) fail('a connector is listed twice; list it once');
    const variables = props.connectors.map((connector) => connector._functionArnVariable);
    const twice = variables.find((variable, index) => variables.indexOf(variable) !== index);
    if (twice) fail(`two connectors would be told apart by case or dashes only (${twice}); give them other ids`);
    for (const [what, part] of [
      ...props.connectors.map((connector) => ['connector', connector] as const),
      ['network', props.network],
      ['connectorEgress', props.connectorEgress],
    ] as const) {
      if (part === undefined || Stack.of(part) === Stack.of(this)) continue;
      fail(
        `the ${what} ${part.node.path} is in another stack, and each of the two would need the other first; make it in the same stack`,
      );
    }
    const { cpu = DEFAULT_CPU, memoryLimitMiB = DEFAULT_MEMORY_MIB } = props;
    const size = [cpu, memoryLimitMiB].some(Token.isUnresolved) ? undefined : fargateSizeProblem(cpu, memoryLimitMiB);
    if (size !== undefined) fail(size);
    for (const [name, duration] of [
      ['retention', props.retention],
      ['evidenceRetention', props.evidenceRetention],
      ['sessionDuration', props.sessionDuration],
      ['approvals.expiry', props.approvals.expiry],
    ] as const) {
      if (duration?.isUnresolved()) {
        fail(`${name} is known only at deployment, so nothing can be checked; write it out, as in Duration.days(30)`);
      }
    }
    const days = props.evidenceRetention?.toDays({ integral: false }) ?? 1;
    if (!Number.isInteger(days) || days < 1) {
      fail(`evidenceRetention is ${days} days: S3 expires by whole days; write Duration.days(1) or more`);
    }
    const seconds = props.sessionDuration?.toSeconds() ?? MIN_SESSION_SECONDS;
    if (seconds < MIN_SESSION_SECONDS || seconds > MAX_SESSION_SECONDS) {
      fail(
        `a sessionDuration of ${seconds} seconds is refused: an agent needs time to begin, and none needs more than a week; write between Duration.minutes(1) and Duration.days(7)`,
      );
    }
    if (props.models.length === 0) fail('no model is named; pass for example [BedrockModel.foundation("…")]');
    for (const [name, value] of [
      ['maxCallsPerSession', props.maxCallsPerSession],
      ['maxDenialsPerSession', props.maxDenialsPerSession],
    ] as const) {
      if (value !== undefined && !Token.isUnresolved(value) && (!Number.isInteger(value) || value < 1)) {
        fail(`${name} must be a whole number from 1 up`);
      }
    }
  }

  /** Where a connector's executor runs, and the endpoints there. Undefined: outside any VPC. */
  private place(connector: Connector, egress?: ConnectorEgress): ExecutorPlace | undefined {
    const { id } = connector.node;
    if (connector._internetHosts.length > 0) {
      return egress && { ...egress.place(id, connector._internetHosts), endpoints: egress.endpoints };
    }
    return {
      vpc: this.network.vpc,
      securityGroup: this.network._securityGroupOf(connector, 'Group', `Connector ${id}: reaches its endpoints only`),
      endpoints: this.network.endpoints,
    };
  }

  /** Makes the connector's executor, and wires it to its two callers. */
  private bind(connector: Connector, place?: ExecutorPlace): void {
    connector._bind({
      callers: [this.gate.function.role, this.approvals.executionRole],
      environment: {
        STATE_TABLE: this.state.table.tableName,
        LEDGER_BUCKET: this.ledger.ledgerBucket.bucketName,
        EVIDENCE_BUCKET: this.ledger.evidenceBucket.bucketName,
      },
      grantChecks: (role) => {
        this.ledger.grantReadEntries(role);
        this.ledger.grantReadEvidence(role, 'args');
        this.state.grant(role, 'ClaimRequest', ['dynamodb:GetItem', 'dynamodb:UpdateItem'], ['SESSION#*']);
      },
      vpc: place?.vpc,
      subnets: place?.subnets,
      securityGroup: place?.securityGroup,
    });
    this.gate.addExecutor(connector);
    this.approvals.addExecutor(connector._functionArnVariable, connector.function);
    if (place) {
      const { endpoints, securityGroup: caller } = place;
      endpoints.allow(EndpointService.DYNAMODB, {
        caller,
        principal: connector.role,
        actions: ['dynamodb:GetItem', 'dynamodb:UpdateItem'],
        resources: [this.state.table.tableArn],
      });
      endpoints.allow(EndpointService.S3, {
        caller,
        principal: connector.role,
        actions: ['s3:GetObject'],
        resources: [
          this.ledger.ledgerBucket.arnForObjects('entries/*'),
          this.ledger.evidenceBucket.arnForObjects('args/*'),
        ],
      });
      connector._openEndpoints(endpoints, caller);
    }
  }

  private openGateEndpoints(caller: ReturnType<IsolatedNetwork['securityGroup']>, connectors: Connector[]): void {
    const { endpoints } = this.network;
    const principal = this.gate.function.role;
    endpoints.allow(EndpointService.DYNAMODB, {
      caller,
      principal,
      actions: ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:Query', 'dynamodb:UpdateItem'],
      resources: [this.state.table.tableArn],
    });
    endpoints.allow(EndpointService.S3, {
      caller,
      principal,
      actions: ['s3:GetObject', 's3:PutObject'],
      resources: [
        this.ledger.ledgerBucket.arnForObjects('entries/*'),
        this.ledger.evidenceBucket.arnForObjects('args/*'),
        this.ledger.evidenceBucket.arnForObjects('results/*'),
      ],
    });
    endpoints.allow(EndpointService.LAMBDA, {
      caller,
      principal,
      actions: ['lambda:InvokeFunction'],
      resources: connectors.map((connector) => connector.function.functionArn),
    });
    endpoints.allow(EndpointService.STEP_FUNCTIONS, {
      caller,
      principal,
      actions: ['states:StartExecution'],
      resources: [this.approvals.stateMachine.stateMachineArn],
    });
  }

  private sandbox(props: HardenedAgentRuntimeProps): SessionLauncher {
    const group = this.network._securityGroupOf(this, 'AgentGroup', 'Agent task: reaches its endpoints only');
    const task = new HardenedTask(this, 'Task', {
      vpc: this.network.vpc,
      image: props.image,
      taskRole: this.agentRole,
      environment: { GATE_URL: this.gateUrl },
      cpu: props.cpu ?? DEFAULT_CPU,
      memoryLimitMiB: props.memoryLimitMiB ?? DEFAULT_MEMORY_MIB,
    });
    this.agentRole.addToPolicy(
      new iam.PolicyStatement({
        // Said again as denials: an allow that somebody adds to this role later changes nothing.
        sid: 'NeverAnythingElse',
        effect: iam.Effect.DENY,
        notActions: ['execute-api:Invoke', 'bedrock:InvokeModel', 'bedrock:InvokeModelWithResponseStream'],
        resources: ['*'],
      }),
    );
    const { endpoints } = this.network;
    endpoints.allow(EndpointService.EXECUTE_API, {
      caller: group,
      principal: this.agentRole,
      actions: ['execute-api:Invoke'],
      resources: [this.gate.api.arnForExecuteApi('*', '/*', '*')],
    });
    endpoints.allowModels({ caller: group, principal: this.agentRole, models: props.models });
    endpoints.allow(EndpointService.LOGS, {
      caller: group,
      principal: task.executionRole,
      actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
      resources: [task.logGroup.logGroupArn],
    });
    endpoints.allowImagePull({
      caller: group,
      executionRole: task.executionRole,
      repositoryArn: props.image.repository.repositoryArn,
    });
    return new SessionLauncher(this, 'Sessions', {
      task,
      taskRole: this.agentRole,
      network: this.network,
      securityGroup: group,
      state: this.state,
      ledger: this.ledger,
      sessionDuration: props.sessionDuration ?? Duration.hours(8),
      insideNetwork: props.launcherInNetwork ?? false,
    });
  }
}

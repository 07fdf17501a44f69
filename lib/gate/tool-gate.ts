import { Annotations, AspectPriority, Aspects, Duration } from 'aws-cdk-lib';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import { Construct, type IConstruct } from 'constructs';
import { loosePatterns } from '../../runtime/core/cedar/loose-patterns';
import { validatePolicies } from '../../runtime/core/cedar/validate-policies';
import { POLICY_SETS } from '../../runtime/core/cedar/written-policies';
import { type AutoApproval, type Deployment, LOG_ONLY, type Manifest } from '../../runtime/core/contracts';
import { METRICS_NAMESPACE } from '../../runtime/core/embedded-metric';
import { GATE_DIMENSION, GATE_METRICS } from '../../runtime/core/gate-metrics';
import type { ApprovalWorkflow } from '../approvals/approval-workflow';
import type { Connector, Tool } from '../connectors/connector';
import { tellOfDoubts } from '../connectors/declared-doubts';
import { Effect } from '../connectors/effect';
import type { Ledger } from '../ledger/ledger';
import { EndpointService } from '../network/endpoint-service';
import type { FunctionPlacement } from '../network/function-placement';
import { objectsOf } from '../private/agent-id';
import { proxyTo } from '../private/invocations';
import { AUTO_APPROVALS_KEY, DESTRUCTION_UNASKED, GATE_MODE_KEY } from '../private/metadata-keys';
import { PrivateFunction } from '../private/private-function';
import { signedApiProps } from '../private/signed-api';
import { SynthesisTimeCode } from '../private/synthesis-time-code';
import type { Skill } from '../skills/skill';
import { skillProblems } from '../skills/skill-problems';
import { withSkills } from '../skills/with-skills';
import { partitionsOf } from './agent-partitions';
import { apiPolicy } from './api-policy';
import { approvalRuleProblems } from './approval-rules';
import type { CedarPolicies } from './cedar-policies';
import { GateMode } from './gate-mode';
import { Grants, type PolicyGround, type PolicyOptions } from './grants';
import { buildManifest, cedarSchemaOf, executorTools, type ManifestSettings } from './manifest';
import { probationProblems } from './probation';
import { sharedNames } from './shared-names';
import type { StateTable } from './state-table';
import { trustProblems } from './trust-problems';

/** @internal */
export interface ToolGateProps extends ManifestSettings {
  /** The agent that it serves. */
  readonly agentId: string;
  /** Where the function runs. The API answers in the same VPC only. */
  readonly placement: FunctionPlacement;
  readonly ledger: Ledger;
  readonly state: StateTable;
  readonly connectors: Connector[];
  /** Hand-written policies, in addition to the grants. */
  readonly policies?: CedarPolicies[];
  /** The role of the agent's task, the only principal that the API admits. */
  readonly agentRole: iam.Role;
  /** Instructions that it serves. */
  readonly skills?: Skill[];
  /** Bundles that hold the manifest too. */
  readonly sharedCode: SynthesisTimeCode[];
}

const STAGE = 'v1';

/**
 * The gate: a private REST API that only the agent's role may call, and the function that decides.
 * @internal
 */
export class ToolGate extends Construct {
  public readonly function: PrivateFunction;
  public readonly api: apigateway.RestApi;
  public readonly grants: Grants;
  /** Goes off when the gate denies many calls in five minutes. */
  public readonly denialAlarm: cloudwatch.Alarm;
  /** Goes off when a session is ended because of its denials. */
  public readonly stoppedAlarm: cloudwatch.Alarm;

  private readonly code = new SynthesisTimeCode('gate-gate');
  private staged = false;
  private readonly autoApprovals: AutoApproval[] = [];
  /** Destructive tools that always run without a person. */
  private readonly unasked = new Set<string>();

  constructor(
    scope: Construct,
    id: string,
    private readonly props: ToolGateProps,
  ) {
    super(scope, id);
    this.grants = new Grants(props.policies);
    props.ledger._recordDeployments(() => this.deployment());
    this.function = new PrivateFunction(this, 'Gate', {
      description: 'Gate: decides every tool call of the agent',
      code: this.code,
      environment: {
        STATE_TABLE: props.state.table.tableName,
        LEDGER_BUCKET: props.ledger.ledgerBucket.bucketName,
        EVIDENCE_BUCKET: props.ledger.evidenceBucket.bucketName,
        AGENT_ROLE_NAME: props.agentRole.roleName,
        AGENT_ID: props.agentId,
      },
      memorySize: 1024,
      timeout: Duration.seconds(28),
      placement: props.placement,
    });
    this.grantStores();
    if (props.mode === GateMode.LOG_ONLY) this.announceLogOnly();
    // Either a fooled agent tries to do harm, or a policy is too narrow.
    this.denialAlarm = this.alarm('DenialSpike', {
      alarmDescription:
        'The gate denies many calls: read the sessions, with "hardened-agent audit show", before widening anything',
      metric: this.metric('denied'),
      // A single session is stopped before it reaches this number.
      threshold: 2 * props.maxDenialsPerSession,
    });
    this.stoppedAlarm = this.alarm('SessionStopped', {
      alarmDescription: 'The gate ended a session for its denials: its log says which ("session_stopped")',
      metric: this.metric('session_stopped'),
      threshold: 1,
    });

    this.api = this.privateApi();
    // The function trusts what the event says about the caller. An event sent directly could name any task.
    this.function.invokedByService('apigateway.amazonaws.com', [this.api.arnForExecuteApi('*', '/*', STAGE)]);

    this.node.addValidation({ validate: () => this.findings() });
    // Tools and policies can be added until the app is synthesized, so the assets that hold them are created just before.
    Aspects.of(this).add(
      { visit: (node: IConstruct) => (node === this ? this.stage() : undefined) },
      { priority: AspectPriority.MUTATING },
    );
  }

  /** Base address of the API, as the agent's task sees it. */
  public get url(): string {
    return this.api.urlForPath('/').replace(/\/$/, '');
  }

  public allow(tool: Tool, options: PolicyOptions): void {
    this.assertOwn(tool);
    this.atPath(() => this.grants.addAllow(tool, options));
  }

  public autoApprove(tool: Tool, options: PolicyOptions): void {
    this.assertOwn(tool);
    this.atPath(() => this.grants.addAutoApproval(tool, options));
    this.announceAutoApproval(options.when ? { tool: tool.toolName, when: options.when } : { tool: tool.toolName });
    const limited = options.when !== undefined || tool._options.askWhen !== undefined;
    if (tool.effect === Effect.DESTRUCTIVE && !limited) this.unasked.add(tool.toolName);
  }

  /** The checks find it in the template. Each ledger entry records it too. */
  private announceLogOnly(): void {
    Annotations.of(this).addWarningV2(
      'hardened-agent:log-only',
      'The gate only logs: calls that no policy allows, or that need a person, run anyway. Set GateMode.ENFORCE once the ledger shows what it would stop.',
    );
    (this.function.function.node.defaultChild as lambda.CfnFunction).addMetadata(GATE_MODE_KEY, LOG_ONLY);
  }

  /** Printed at synthesis, and kept in the template for its readers. */
  private announceAutoApproval(approval: AutoApproval): void {
    Annotations.of(this).addInfo(
      `Auto-approval: ${approval.tool} runs without a person${approval.when ? ` when ${approval.when}` : ''}`,
    );
    this.autoApprovals.push(approval);
    (this.function.function.node.defaultChild as lambda.CfnFunction).addMetadata(
      AUTO_APPROVALS_KEY,
      this.autoApprovals,
    );
  }

  /** Somebody forgot the grants, or grants them in a later deployment. The gate denies every call, so this is no error. */
  private warnOfNoGrants(): void {
    if (this.props.mode === GateMode.LOG_ONLY || !this.grants.allowNothing(this.policyGround())) return;
    Annotations.of(this).addWarningV2(
      'cdk-hardened-agent:nothing-allowed',
      'No policy allows any tool, so the gate denies every call of this agent. Write agent.allow(tool) for each tool that it needs, or acknowledge this warning.',
    );
  }

  /** Auto-approvals in files. They are known only once all tools are. */
  private announceWrittenAutoApprovals(): void {
    for (const { id, effect, tools, path } of this.grants.policies('ask', this.policyGround())) {
      if (effect !== 'permit' || path === undefined) continue;
      for (const tool of tools) this.announceAutoApproval({ tool, when: `the policy ${id} of ${path} permits it` });
    }
  }

  /** A destructive tool may be harmless here, so this is no error. */
  private announceUnasked(): void {
    const doubts = [...this.unasked].map((tool) => ({
      doubt: DESTRUCTION_UNASKED,
      tools: [tool],
      warning: `The destructive tool ${tool} always runs without a person. Limit the approval, as in agent.autoApprove(tool, { when: 'context.args.amountCents <= 5000' }), or acknowledge this.`,
    }));
    tellOfDoubts(this, this.function.function, doubts);
  }

  /** Lets the gate call an executor. */
  public addExecutor(variable: string, executor: lambda.IFunction): void {
    this.mayInvoke(variable, executor);
  }

  /** Lets the gate start the wait for a person. */
  public addApprovals(approvals: ApprovalWorkflow): void {
    const { stateMachineArn } = approvals.stateMachine;
    this.function.function.addEnvironment('APPROVAL_STATE_MACHINE_ARN', stateMachineArn);
    approvals.grantStart(this.function.role);
    this.function.reach(EndpointService.STEP_FUNCTIONS, ['states:StartExecution'], [stateMachineArn]);
  }

  /** Lets the gate start calls that it doesn't wait for. The function that runs approved calls runs them. */
  public addSlowCalls(approvals: ApprovalWorkflow): void {
    this.mayInvoke('SLOW_CALLS_ARN', approvals._runCallsOf(this.function));
  }

  private mayInvoke(variable: string, { functionArn }: lambda.IFunction): void {
    this.function.function.addEnvironment(variable, functionArn);
    const actions = ['lambda:InvokeFunction'];
    this.function.role.addToPolicy(new iam.PolicyStatement({ actions, resources: [functionArn] }));
    this.function.reach(EndpointService.LAMBDA, actions, [functionArn]);
  }

  private grantStores(): void {
    const { state, ledger, agentId } = this.props;
    const { role } = this.function;
    const { sessions, tasks, launches, probations, limits, stops } = partitionsOf(agentId);
    state.grant(role, 'ReadState', ['dynamodb:GetItem', 'dynamodb:Query'], [sessions, tasks, launches]);
    state.grant(role, 'ReadStops', ['dynamodb:GetItem'], [stops]);
    state.grant(role, 'WriteSession', ['dynamodb:PutItem', 'dynamodb:UpdateItem'], [sessions]);
    state.grant(role, 'KeepProbation', ['dynamodb:UpdateItem'], [probations]);
    state.grant(role, 'CountCalls', ['dynamodb:GetItem', 'dynamodb:UpdateItem'], [limits]);
    ledger.grantAppend(role, agentId);
    ledger.grantWriteEvidence(role, 'args', agentId);
    ledger.grantWriteEvidence(role, 'results', agentId);
    ledger.grantReadEvidence(role, 'results', agentId);
  }

  /**
   * Opens the endpoints for what `grantStores` grants. The runtime calls it after binding the connectors: an endpoint's
   * policy lists its uses in the order of the calls, so another order would change every deployed policy.
   */
  public reachStores(): void {
    const { state, ledger, agentId } = this.props;
    this.function.reach(
      EndpointService.DYNAMODB,
      ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:Query', 'dynamodb:UpdateItem'],
      [state.table.tableArn],
    );
    this.function.reach(
      EndpointService.S3,
      ['s3:GetObject', 's3:PutObject'],
      [
        ledger.ledgerBucket.arnForObjects(objectsOf('entries', agentId)),
        ledger.evidenceBucket.arnForObjects(objectsOf('args', agentId)),
        ledger.evidenceBucket.arnForObjects(objectsOf('results', agentId)),
      ],
    );
  }

  /** Adds the gate's path to the step's error. */
  private atPath(step: () => void): void {
    try {
      step();
    } catch (error) {
      throw new Error(`${this.node.path}: ${(error as Error).message}`);
    }
  }

  private assertOwn(tool: Tool): void {
    if (!this.props.connectors.includes(tool.connector)) {
      throw new Error(
        `${this.node.path}: the tool "${tool.toolName}" belongs to ${tool.connector.node.path}, which this runtime doesn't use; add it to "connectors"`,
      );
    }
  }

  private policyGround(): PolicyGround {
    const { connectors, users } = this.props;
    return { tools: connectors.flatMap((connector) => connector.tools), schema: cedarSchemaOf(connectors, users) };
  }

  private manifest(): Manifest {
    return buildManifest(this.props.connectors, this.grants, this.props);
  }

  private stage(): void {
    if (this.staged) return;
    this.staged = true;
    if (this.findings().length > 0) {
      for (const code of [this.code, ...this.props.sharedCode]) code.withhold();
      for (const connector of this.props.connectors) connector._withhold();
      return;
    }
    this.announceWrittenAutoApprovals();
    this.announceUnasked();
    this.warnOfNoGrants();
    const manifest = this.manifest();
    const { skills = [] } = this.props;
    this.code.stage(
      this,
      'manifest.json',
      withSkills(manifest, skills, this.grants.allowedTools(this.policyGround()), this.function.function),
    );
    for (const code of this.props.sharedCode) code.stage(this, 'manifest.json', manifest);
    for (const connector of this.props.connectors) {
      connector._stage(executorTools(connector, manifest), manifest);
    }
  }

  /** What its ledger records of a deployment; undefined where the synthesis will fail. */
  private deployment(): Deployment | undefined {
    this.stage();
    if (this.findings().length > 0) return undefined;
    const { policyVersion, mode } = this.manifest();
    const { agentId: agent } = this.props;
    return { agent, policyVersion, ...(mode ? { mode } : {}), autoApprovals: this.autoApprovals };
  }

  /** What its desk shows requests with; undefined where the synthesis will fail. */
  public manifestForDesk(): Manifest | undefined {
    return this.findings().length > 0 ? undefined : this.manifest();
  }

  /** What prevents a synthesis. Policies are read only when the tools are right. */
  private findings(): string[] {
    const { connectors, trustedDirectory, addressBook, probation } = this.props;
    const ground = this.policyGround();
    const ofTools = [
      ...sharedNames(connectors),
      ...trustProblems(connectors, trustedDirectory, addressBook),
      ...probationProblems(ground.tools, probation),
    ];
    if (ofTools.length > 0) return ofTools;
    const ofGrants = this.grants.problems(ground);
    if (ofGrants.length > 0) return ofGrants;
    const ofSkills = skillProblems(this.props.skills ?? [], this.grants.allowedTools(ground));
    if (ofSkills.length > 0) return ofSkills;
    const { approvalRules = [], approverGroups = [], approvalExpirySeconds } = this.props;
    const ofRules = approvalRuleProblems(approvalRules, { ...ground, approverGroups, approvalExpirySeconds });
    if (ofRules.length > 0) return ofRules;
    const { cedar } = this.manifest();
    const ofCedar = POLICY_SETS.flatMap((set) =>
      validatePolicies(cedar[set], cedar.schema).map(
        (problem) => `Cedar (${set}): ${this.grants.withCall(problem, set, ground)}`,
      ),
    );
    for (const set of POLICY_SETS) this.warnOfLoosePatterns(cedar[set]);
    return [...ofCedar, ...this.grants.uselessAutoApprovals(ground)];
  }

  /** A deny set that misses a name beside its prefix, or a scope that includes one, is a mistake that nothing else shows. */
  private warnOfLoosePatterns(policies: string): void {
    for (const { pattern, write } of loosePatterns(policies)) {
      Annotations.of(this).addWarningV2(
        `cdk-hardened-agent:loose-pattern:${pattern}`,
        `The Cedar pattern "${pattern}" also matches names that merely begin or end alike. Write "${write}", and the name itself with ==.`,
      );
    }
  }

  /**
   * How often the gate logged an event.
   * @param event name of the event in the gate's log
   */
  public metric(event: keyof typeof GATE_METRICS): cloudwatch.Metric {
    return new cloudwatch.Metric({
      namespace: METRICS_NAMESPACE,
      metricName: GATE_METRICS[event],
      dimensionsMap: { [GATE_DIMENSION]: this.function.function.functionName },
      statistic: cloudwatch.Stats.SUM,
      period: Duration.minutes(5),
    });
  }

  private alarm(
    id: string,
    about: Pick<cloudwatch.AlarmProps, 'alarmDescription' | 'metric' | 'threshold'>,
  ): cloudwatch.Alarm {
    return new cloudwatch.Alarm(this, id, {
      ...about,
      comparisonOperator: cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      evaluationPeriods: 1,
      treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
    });
  }

  private privateApi(): apigateway.RestApi {
    const api = new apigateway.RestApi(this, 'Api', {
      ...signedApiProps(this, { stageName: STAGE, throttlingRateLimit: 50, throttlingBurstLimit: 100 }),
      description: 'Tool gate: the only way out of the agent task',
      endpointConfiguration: { types: [apigateway.EndpointType.PRIVATE] },
      policy: apiPolicy(this.props),
    });
    const integration = proxyTo(this.function.function);
    api.root.addResource('tools').addMethod('GET', integration);
    api.root.addResource('calls').addMethod('POST', integration);
    this.props.agentRole.addToPolicy(
      new iam.PolicyStatement({
        sid: 'CallGate',
        actions: ['execute-api:Invoke'],
        resources: [api.arnForExecuteApi('GET', '/tools', STAGE), api.arnForExecuteApi('POST', '/calls', STAGE)],
      }),
    );
    return api;
  }
}

import { Annotations, ArnFormat, AspectPriority, Aspects, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct, type IConstruct } from 'constructs';
import { validatePolicies } from '../../runtime/core/cedar/validate-policies';
import { POLICY_SETS } from '../../runtime/core/cedar/written-policies';
import {
  type AutoApproval,
  DEPLOYMENT_FILE,
  type Deployment,
  LOG_ONLY,
  type Manifest,
} from '../../runtime/core/contracts';
import { METRICS_NAMESPACE } from '../../runtime/core/embedded-metric';
import { GATE_DIMENSION, GATE_METRICS } from '../../runtime/core/gate-metrics';
import type { Connector } from '../connectors/connector';
import type { Tool } from '../connectors/tool';
import type { Ledger } from '../ledger/ledger';
import { proxyTo } from '../private/invocations';
import { PrivateFunction } from '../private/private-function';
import { SynthesisTimeCode } from '../private/synthesis-time-code';
import { AUTO_APPROVALS_KEY } from './auto-approvals-key';
import type { CedarPolicies } from './cedar-policies';
import { GateMode } from './gate-mode';
import { GATE_MODE_KEY } from './gate-mode-key';
import { Grants, type PolicyGround, type PolicyOptions } from './grants';
import { buildManifest, cedarSchemaOf, executorTools, type ManifestSettings } from './manifest';
import { probationProblems } from './probation';
import type { StateTable } from './state-table';
import { trustProblems } from './trust-problems';

/** @internal */
export interface ToolGateProps extends ManifestSettings {
  readonly vpc: ec2.IVpc;
  readonly securityGroup: ec2.ISecurityGroup;
  readonly ledger: Ledger;
  readonly state: StateTable;
  readonly connectors: Connector[];
  /** Hand-written policies, beside what is granted. */
  readonly policies?: CedarPolicies[];
  /** The role of the agent's task: the API admits no other principal. */
  readonly agentRole: iam.Role;
  /** Bundles that carry the manifest too. */
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
  /** Many denials at once. */
  public readonly denialAlarm: cloudwatch.Alarm;
  /** A session that was ended for its denials. */
  public readonly stoppedAlarm: cloudwatch.Alarm;

  private readonly code = new SynthesisTimeCode('gate-gate');
  private readonly deploymentCode: SynthesisTimeCode;
  private staged = false;
  private readonly autoApprovals: AutoApproval[] = [];

  constructor(
    scope: Construct,
    id: string,
    private readonly props: ToolGateProps,
  ) {
    super(scope, id);
    this.grants = new Grants(props.policies);
    this.deploymentCode = props.ledger._deploymentCode();
    this.function = new PrivateFunction(this, 'Gate', {
      description: 'Gate: decides every tool call of the agent',
      code: this.code,
      environment: {
        STATE_TABLE: props.state.table.tableName,
        LEDGER_BUCKET: props.ledger.ledgerBucket.bucketName,
        EVIDENCE_BUCKET: props.ledger.evidenceBucket.bucketName,
        AGENT_ROLE_NAME: props.agentRole.roleName,
      },
      memorySize: 1024,
      timeout: Duration.seconds(28),
      vpc: props.vpc,
      securityGroup: props.securityGroup,
    });
    const { role } = this.function;
    props.state.grant(role, 'ReadState', ['dynamodb:GetItem', 'dynamodb:Query'], ['SESSION#*', 'TASK#*', 'LAUNCHES']);
    props.state.grant(role, 'WriteSession', ['dynamodb:PutItem', 'dynamodb:UpdateItem'], ['SESSION#*']);
    props.state.grant(role, 'KeepProbation', ['dynamodb:UpdateItem'], ['PROBATION#*']);
    props.ledger.grantAppend(role);
    props.ledger.grantWriteEvidence(role, 'args');
    props.ledger.grantWriteEvidence(role, 'results');
    props.ledger.grantReadEvidence(role, 'results');

    if (props.mode === GateMode.LOG_ONLY) this.announceLogOnly();
    // A fooled agent tries, or a policy is too narrow: either way somebody should look.
    this.denialAlarm = this.alarm('DenialSpike', {
      alarmDescription:
        'The gate denies many calls: read the sessions, with "hardened-agent audit show", before widening anything',
      metric: this.metric('denied'),
      // One session alone is stopped before it gets there.
      threshold: 2 * props.maxDenialsPerSession,
    });
    this.stoppedAlarm = this.alarm('SessionStopped', {
      alarmDescription: 'The gate ended a session for its denials: its log says which ("session_stopped")',
      metric: this.metric('session_stopped'),
      threshold: 1,
    });

    this.api = this.privateApi();
    // A forged event would name any task.
    this.function.invokedByService('apigateway.amazonaws.com', [this.api.arnForExecuteApi('*', '/*', STAGE)]);

    this.node.addValidation({ validate: () => this.findings() });
    // Tools and policies are added until the app is synthesized; the assets that carry them are made just before.
    Aspects.of(this).add(
      { visit: (node: IConstruct) => (node === this ? this.stage() : undefined) },
      { priority: AspectPriority.MUTATING },
    );
  }

  /** Base address of the API as the agent's task sees it. */
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
  }

  /** The checks read it from the template, and each ledger entry says it. */
  private announceLogOnly(): void {
    Annotations.of(this).addWarningV2(
      'hardened-agent:log-only',
      'The gate only logs: calls that no policy allows, or that need a person, run all the same. Set GateMode.ENFORCE once the ledger shows what it would stop.',
    );
    (this.function.function.node.defaultChild as lambda.CfnFunction).addMetadata(GATE_MODE_KEY, LOG_ONLY);
  }

  /** Said at synth and deployed with the stack, so that whoever reads the template sees it. */
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

  /** The auto-approvals of files, which are known once all tools are. */
  private announceWrittenAutoApprovals(): void {
    for (const { id, effect, tools, path } of this.grants.policies('ask', this.policyGround())) {
      if (effect !== 'permit' || path === undefined) continue;
      for (const tool of tools) this.announceAutoApproval({ tool, when: `the policy ${id} of ${path} permits it` });
    }
  }

  /** The gate may call this connector's executor. */
  public addExecutor(connector: Connector): void {
    const { function: executor } = connector;
    this.function.function.addEnvironment(connector._functionArnVariable, executor.functionArn);
    this.function.role.addToPolicy(
      new iam.PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [executor.functionArn] }),
    );
  }

  /** Runs a step whose error doesn't know where it happened. */
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
        `${this.node.path}: the tool "${tool.toolName}" belongs to ${tool.connector.node.path}, which this runtime doesn't use; add it to connectors`,
      );
    }
  }

  private policyGround(): PolicyGround {
    const { connectors } = this.props;
    return { tools: connectors.flatMap((connector) => connector.tools), schema: cedarSchemaOf(connectors) };
  }

  private manifest(): Manifest {
    return buildManifest(this.props.connectors, this.grants, this.props);
  }

  private stage(): void {
    if (this.staged) return;
    this.staged = true;
    if (this.findings().length > 0) {
      for (const code of [this.code, this.deploymentCode, ...this.props.sharedCode]) code.withhold();
      for (const connector of this.props.connectors) connector._withhold();
      return;
    }
    this.announceWrittenAutoApprovals();
    const manifest = this.manifest();
    this.code.stage(this, 'manifest.json', manifest);
    for (const code of this.props.sharedCode) code.stage(this, 'manifest.json', manifest);
    const { policyVersion, mode } = manifest;
    const deployment: Deployment = { policyVersion, ...(mode ? { mode } : {}), autoApprovals: this.autoApprovals };
    this.deploymentCode.stage(this, DEPLOYMENT_FILE, deployment);
    for (const connector of this.props.connectors) connector._stage(executorTools(connector, manifest));
  }

  private findings(): string[] {
    const findings: string[] = [];
    const owners = new Map<string, Connector>();
    for (const tool of this.props.connectors.flatMap((connector) => connector.tools)) {
      const other = owners.get(tool.toolName);
      if (other) {
        findings.push(
          `the tool "${tool.toolName}" is defined by ${other.node.path} and by ${tool.connector.node.path}; a name must be one tool`,
        );
      }
      owners.set(tool.toolName, tool.connector);
    }
    findings.push(
      ...trustProblems(this.props.connectors, this.props.trustedDirectory),
      ...probationProblems(this.policyGround().tools, this.props.probation),
    );
    if (findings.length > 0) return findings;
    findings.push(...this.grants.problems(this.policyGround()));
    if (findings.length > 0) return findings;
    const { cedar } = this.manifest();
    for (const set of POLICY_SETS) {
      findings.push(...validatePolicies(cedar[set], cedar.schema).map((problem) => `Cedar (${set}): ${problem}`));
    }
    return findings;
  }

  /** Counts of this gate's log. @param event the event of the log that is counted */
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
    const accessLogs = new logs.LogGroup(this, 'AccessLogs', {
      retention: logs.RetentionDays.ONE_YEAR,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    const api = new apigateway.RestApi(this, 'Api', {
      description: 'Tool gate: the only way out of the agent task',
      endpointConfiguration: { types: [apigateway.EndpointType.PRIVATE] },
      policy: this.apiPolicy(),
      cloudWatchRole: false,
      defaultMethodOptions: { authorizationType: apigateway.AuthorizationType.IAM },
      deployOptions: {
        stageName: STAGE,
        accessLogDestination: new apigateway.LogGroupLogDestination(accessLogs),
        accessLogFormat: apigateway.AccessLogFormat.custom(
          JSON.stringify({
            requestId: apigateway.AccessLogField.contextRequestId(),
            at: apigateway.AccessLogField.contextRequestTime(),
            caller: apigateway.AccessLogField.contextIdentityUserArn(),
            method: apigateway.AccessLogField.contextHttpMethod(),
            path: apigateway.AccessLogField.contextPath(),
            status: apigateway.AccessLogField.contextStatus(),
          }),
        ),
        loggingLevel: apigateway.MethodLoggingLevel.ERROR,
        // Bodies hold arguments and results.
        dataTraceEnabled: false,
        metricsEnabled: true,
        tracingEnabled: true,
        throttlingRateLimit: 50,
        throttlingBurstLimit: 100,
      },
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

  /**
   * With IAM auth, an allow for everybody admits every principal of the account: hence the role by name, and denials
   * for all others and for every other network.
   * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-authorization-flow.html
   */
  private apiPolicy(): iam.PolicyDocument {
    const { agentRole, vpc } = this.props;
    const sessions = Stack.of(this).formatArn({
      service: 'sts',
      region: '',
      resource: 'assumed-role',
      resourceName: `${agentRole.roleName}/*`,
      arnFormat: ArnFormat.SLASH_RESOURCE_NAME,
    });
    const invoke = { actions: ['execute-api:Invoke'], resources: ['execute-api:/*'] };
    return new iam.PolicyDocument({
      statements: [
        new iam.PolicyStatement({
          sid: 'AgentOnly',
          principals: [new iam.ArnPrincipal(agentRole.roleArn)],
          ...invoke,
        }),
        new iam.PolicyStatement({
          sid: 'NobodyElse',
          effect: iam.Effect.DENY,
          principals: [new iam.AnyPrincipal()],
          ...invoke,
          conditions: { ArnNotLike: { 'aws:PrincipalArn': [agentRole.roleArn, sessions] } },
        }),
        new iam.PolicyStatement({
          // The endpoint's id would close a cycle with the endpoint's policy.
          sid: 'FromIsolatedNetworkOnly',
          effect: iam.Effect.DENY,
          principals: [new iam.AnyPrincipal()],
          ...invoke,
          conditions: { StringNotEquals: { 'aws:SourceVpc': vpc.vpcId } },
        }),
      ],
    });
  }
}

import { Annotations } from 'aws-cdk-lib';
import type * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type * as iam from 'aws-cdk-lib/aws-iam';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { Manifest, ToolTrust } from '../../runtime/core/contracts';
import type { ExecutorConfig } from '../../runtime/core/executor-config';
import { isSlow } from '../../runtime/core/slow-tool';
import { partitionsOf } from '../gate/agent-partitions';
import type { StateTable } from '../gate/state-table';
import type { Ledger } from '../ledger/ledger';
import { EndpointService } from '../network/endpoint-service';
import type { FunctionPlacement } from '../network/function-placement';
import { objectsOf } from '../private/agent-id';
import { PrivateFunction } from '../private/private-function';
import { checkArguments } from '../private/props/check';
import { instanceOf, type Shape, text } from '../private/props/shape';
import { SynthesisTimeCode } from '../private/synthesis-time-code';
import { ConnectorBoundary } from './connector-boundary';
import { type ConnectorPart, functionArnVariable, partOf, partProblems, partsOf } from './connector-part';
import type { Credential } from './credential';
import type { CredentialOptions } from './credential-options';
import { doubtsOf, tellOfDoubts } from './declared-doubts';
import { Effect } from './effect';
import { warnOfAnotherBoundary } from './replaced-boundary';
import type { ToolOperation, ToolOptions } from './tool-options';
import { toolProblem } from './tool-problems';

/** What every kind of connector has. */
export interface ConnectorOptions {
  /**
   * Whether the content that the target returns is trusted. Reading content of an untrusted target taints the session.
   * @default false
   */
  readonly trusted?: boolean;
}

/** What the constructor of any kind takes. @internal */
interface OptionsOfConnector extends ConnectorOptions, CredentialOptions {}

/** What a runtime gives each connector that it uses. @internal */
export interface ConnectorSurroundings {
  /** The agent that uses it. */
  readonly agentId: string;
  readonly state: StateTable;
  readonly ledger: Ledger;
  /** The only roles that invoke the executor. */
  readonly callers: iam.IRole[];
  /** Where the executor runs. @default - outside any VPC */
  readonly placement?: FunctionPlacement;
}

const DEFAULT_RESULT_BYTES = 65_536;
const DEFAULT_TIMEOUT_MS = 10_000;
/** What an executor needs before and after a slow target. The function that waits for it has 30 s more again. */
const SECONDS_AROUND_TARGET = 30;

/** One operation of a connector. A connector's `addTool` creates it. */
export class Tool {
  /** @internal */
  public static _of(connector: Connector, toolName: string, options: ToolOptions, operation: ToolOperation): Tool {
    return new Tool(connector, toolName, options, operation);
  }

  /** What a call changes. */
  public readonly effect: Effect;

  private constructor(
    /** The connector that it belongs to. */
    public readonly connector: Connector,
    /** The name that the model calls it by. */
    public readonly toolName: string,
    /** @internal */
    public readonly _options: ToolOptions,
    /** @internal */
    public readonly _operation: ToolOperation,
  ) {
    this.effect = _options.effect ?? Effect.DESTRUCTIVE;
  }
}

const TOOL = instanceOf(Tool, 'the result of tickets.addTool(…)');

/**
 * One external system, with its own role, permissions boundary, function and credential. Connectors share none of these. Where
 * its tools have several credentials, each has a role and a function of its own.
 */
export abstract class Connector extends Construct {
  /** Whether the content that the target returns is trusted. */
  public readonly trusted: boolean;

  private readonly toolsByName = new Map<string, Tool>();
  private readonly parts: readonly ConnectorPart[];
  private readonly main: ConnectorPart;
  private readonly executors = new Map<ConnectorPart, PrivateFunction>();
  private readonly codes = new Map<ConnectorPart, SynthesisTimeCode>();
  private tellOfSlowTool?: () => void;
  private readonly boundary = new ConnectorBoundary();

  /** @internal */
  protected constructor(
    scope: Construct,
    id: string,
    options: ConnectorOptions,
    private readonly bundle: string,
  ) {
    super(scope, id);
    if (!/^[A-Za-z][A-Za-z0-9_-]{0,63}$/.test(id)) {
      throw new Error(
        `${this.node.path}: a connector's id is its name in policies, so "${id}" is refused; write a letter, then letters, digits, _ and -`,
      );
    }
    this.trusted = options.trusted ?? false;
    // jsii takes neither an intersection nor an internal type as a parameter. Kinds without a credential pass none.
    this.parts = partsOf(this, options as OptionsOfConnector);
    const [main] = this.parts;
    if (!main) throw new Error(`${this.node.path} has no part; this is a bug of the library`);
    this.main = main;
    this.node.addValidation({
      validate: () =>
        this.toolsByName.size === 0
          ? [`The connector ${id} has no tool; call addTool`]
          : partProblems(this.parts, this.tools),
    });
  }

  /** The tools of this connector, in the order they were added. */
  public get tools(): Tool[] {
    return [...this.toolsByName.values()];
  }

  /**
   * The executor's role, the only one that can use `credential`. Defined once a runtime uses the connector. Tools with another
   * credential have another: see `roleFor`.
   */
  public get role(): iam.IRole {
    return this.executorOf(this.main).role;
  }

  /** The executor. Defined once a runtime uses the connector. Tools with another credential have another: see `functionFor`. */
  public get function(): lambda.IFunction {
    return this.executorOf(this.main).function;
  }

  /**
   * The secret that holds the value of `credential`; undefined without one. Set it with
   * `aws secretsmanager put-secret-value`.
   */
  public get secretArn(): string | undefined {
    return this.main.credential?.secretArn;
  }

  /**
   * The role of the executor that runs a tool, the only one that can use the tool's credential.
   * @throws Error when the tool is of another connector, or no runtime uses this one yet
   */
  public roleFor(tool: Tool): iam.IRole {
    return this.executorOf(this.partFor('roleFor', tool)).role;
  }

  /**
   * The executor that runs a tool.
   * @throws Error when the tool is of another connector, or no runtime uses this one yet
   */
  public functionFor(tool: Tool): lambda.IFunction {
    return this.executorOf(this.partFor('functionFor', tool)).function;
  }

  /**
   * The secret that holds the value of a tool's credential; undefined without one.
   * @throws Error when the tool is of another connector
   */
  public secretArnFor(tool: Tool): string | undefined {
    return this.partFor('secretArnFor', tool).credential?.secretArn;
  }

  /** A tool's credential; undefined: it uses its executor's role alone. @internal */
  public _credentialOf(tool: Tool): Credential | undefined {
    return partOf(this.parts, tool).credential?.credential;
  }

  /** The variable that holds the ARN of a tool's executor, in the functions that invoke it. @internal */
  public _functionArnVariableOf(tool: Tool): string {
    return functionArnVariable(this.node.id, partOf(this.parts, tool).bound);
  }

  /** The variables of all of its executors. @internal */
  public get _functionArnVariables(): string[] {
    return this.parts.map(({ bound }) => functionArnVariable(this.node.id, bound));
  }

  /** Its executors, each with the variable that holds its ARN. @internal */
  public get _executors(): { readonly variable: string; readonly function: lambda.IFunction }[] {
    return this.parts.map((part) => ({
      variable: functionArnVariable(this.node.id, part.bound),
      function: this.executorOf(part).function,
    }));
  }

  /** Whether its results can be trusted. @internal */
  public get _trust(): ToolTrust {
    return this.trusted ? 'trusted' : 'untrusted';
  }

  /** Hosts that it calls on the internet. Empty: its targets are AWS services. @internal */
  public get _internetHosts(): string[] {
    return [];
  }

  /** Alarms of its own, once a runtime uses it. @internal */
  public get _alarms(): cloudwatch.Alarm[] {
    return [];
  }

  /** What its executors know besides tools and credentials. @internal */
  public _settings(): Pick<ExecutorConfig, 'baseUrl' | 'internal'> {
    return {};
  }

  /** What its executors know of the agent that they serve. @internal */
  public _settingsOf(_manifest: Manifest): Pick<ExecutorConfig, 'results'> {
    return {};
  }

  /** Grants one executor what the connector's operations need, and opens the endpoints for them. @internal */
  protected abstract _authorize(executor: PrivateFunction, surroundings: ConnectorSurroundings): void;

  /** Adds actions of the connector's own operations to its boundary. @internal */
  protected _raiseBoundary(actions: readonly string[]): void {
    this.boundary.raise(actions);
  }

  /** Lets the boundary pass calls of this function; with a qualifier, of that version or alias. The role needs a right too. @internal */
  protected _mayInvoke(arn: string): void {
    this.boundary.mayInvoke(arn);
  }

  /** Lets the boundary pass starts of exactly this state machine. The role needs a right too. @internal */
  protected _mayStart(arn: string): void {
    this.boundary.mayStart(arn);
  }

  /** Checks what `addTool` was given. @internal */
  protected _checkTool(name: unknown, options: unknown, shape: Shape<ToolOptions>): void {
    const tool = typeof name === 'string' ? `tool "${name}"` : 'addTool()';
    checkArguments(`${this.node.path}: ${tool}`, { name: [text('tickets_read'), name], options: [shape, options] });
  }

  /** @internal */
  protected _addTool(name: string, options: ToolOptions, operation: ToolOperation): Tool {
    const problem = this.toolsByName.has(name)
      ? 'the connector has a tool of that name already; write another name'
      : toolProblem(name, options);
    if (problem !== undefined) throw new Error(`${this.node.path}: tool "${name}": ${problem}`);
    if (options.effect === undefined) {
      Annotations.of(this).addInfo(
        `The tool ${name} declares no effect, so it counts as destructive and asks a person`,
      );
    }
    const tool = Tool._of(this, name, options, operation);
    this.toolsByName.set(name, tool);
    this.fitToTools();
    return tool;
  }

  /** @internal */
  public _maxResultBytes(tool: Tool): number {
    return tool._options.maxResultBytes ?? DEFAULT_RESULT_BYTES;
  }

  /** @internal */
  public _timeoutMs(tool: Tool): number {
    return tool._options.timeout?.toMilliseconds() ?? DEFAULT_TIMEOUT_MS;
  }

  /** Whether a tool of it takes longer than the gate waits. @internal */
  public get _isSlow(): boolean {
    return this.tools.some((tool) => isSlow({ timeoutMs: this._timeoutMs(tool) }));
  }

  /** The runtime is told once there is a slow tool, which may be added later. @internal */
  public _onSlowTool(tell: () => void): void {
    this.tellOfSlowTool = tell;
    this.fitToTools();
  }

  /** An executor may run as long as its slowest tool, and with a slow tool the runtime needs a part more. */
  private fitToTools(): void {
    for (const [part, executor] of this.executors) {
      const own = this.tools.filter((tool) => partOf(this.parts, tool) === part);
      const slowestMs = Math.max(0, ...own.map((tool) => this._timeoutMs(tool)));
      if (!isSlow({ timeoutMs: slowestMs })) continue;
      (executor.function.node.defaultChild as lambda.CfnFunction).timeout =
        Math.ceil(slowestMs / 1000) + SECONDS_AROUND_TARGET;
    }
    if (this.executors.size > 0 && this._isSlow) this.tellOfSlowTool?.();
  }

  /** Creates the executors, for the runtime that uses this connector. @internal */
  public _bind(surroundings: ConnectorSurroundings): void {
    if (this.executors.size > 0) {
      throw new Error(
        `${this.node.path}: two runtimes use this connector and would share its credential; create a connector for each`,
      );
    }
    const boundary = this.boundary.createIn(this, {
      inVpc: surroundings.placement !== undefined,
      hasCredential: this.secretArn !== undefined,
    });
    for (const part of this.parts) this.bindPart(part, boundary, surroundings);
  }

  private bindPart(part: ConnectorPart, boundary: iam.ManagedPolicy, surroundings: ConnectorSurroundings): void {
    const { agentId, state, ledger, callers, placement } = surroundings;
    const executor = new PrivateFunction(part.scope, 'Executor', {
      description: `Connector ${this.node.id}: runs its tools with ${part.bound ? `the credential ${part.bound.name}` : 'its own credential'}`,
      code: this.codeOf(part),
      environment: {
        STATE_TABLE: state.table.tableName,
        LEDGER_BUCKET: ledger.ledgerBucket.bucketName,
        EVIDENCE_BUCKET: ledger.evidenceBucket.bucketName,
        AGENT_ID: agentId,
      },
      permissionsBoundary: boundary,
      // It uses a credential, so its errors stay in its own log.
      traced: false,
      placement,
    });
    this.executors.set(part, executor);
    warnOfAnotherBoundary(this, executor.role, boundary);
    executor.invokedByRoles(callers);
    // Before it runs a call, it checks what the gate wrote: the intent, the request and the arguments.
    ledger.grantReadEntries(executor.role, agentId);
    ledger.grantReadEvidence(executor.role, 'args', agentId);
    state.grant(
      executor.role,
      'ClaimRequest',
      ['dynamodb:GetItem', 'dynamodb:UpdateItem'],
      [partitionsOf(agentId).sessions],
    );
    state.grant(executor.role, 'ReadStops', ['dynamodb:GetItem'], [partitionsOf(agentId).stops]);
    executor.reach(EndpointService.DYNAMODB, ['dynamodb:GetItem', 'dynamodb:UpdateItem'], [state.table.tableArn]);
    executor.reach(
      EndpointService.S3,
      ['s3:GetObject'],
      [
        ledger.ledgerBucket.arnForObjects(objectsOf('entries', agentId)),
        ledger.evidenceBucket.arnForObjects(objectsOf('args', agentId)),
      ],
    );
    this._authorize(executor, surroundings);
    part.credential?.giveTo(executor);
  }

  /** Writes each executor's configuration into its asset, once all tools and policies are known. @internal */
  public _stage(tools: ExecutorConfig['tools'], manifest: Manifest): void {
    for (const part of this.parts) {
      const ofPart = this.tools.filter((tool) => partOf(this.parts, tool) === part);
      const own = new Set(ofPart.map((tool) => tool.toolName));
      tellOfDoubts(this, this.executorOf(part).function, doubtsOf(ofPart, part.credential?.credential.name));
      const credential = part.credential?.credential._http;
      this.codeOf(part).stage(part.scope, 'connector.json', {
        v: 1,
        connector: this.node.id,
        tools: tools.filter(({ name }) => own.has(name)),
        ...this._settings(),
        ...this._settingsOf(manifest),
        ...(credential ? { credential } : {}),
      } satisfies ExecutorConfig);
    }
  }

  /** Nothing will be staged, because validation will fail. @internal */
  public _withhold(): void {
    for (const part of this.parts) this.codeOf(part).withhold();
  }

  private codeOf(part: ConnectorPart): SynthesisTimeCode {
    const code = this.codes.get(part) ?? new SynthesisTimeCode(this.bundle);
    this.codes.set(part, code);
    return code;
  }

  private executorOf(part: ConnectorPart): PrivateFunction {
    const executor = this.executors.get(part);
    if (!executor) {
      throw new Error(`${this.node.path}: no runtime uses this connector yet; pass it to a HardenedAgentRuntime first`);
    }
    return executor;
  }

  private partFor(method: string, tool: Tool): ConnectorPart {
    checkArguments(`${this.node.path}: ${method}()`, { tool: [TOOL, tool] });
    if (tool.connector !== this) {
      throw new Error(
        `${this.node.path}: ${method}(): the tool "${tool.toolName}" belongs to ${tool.connector.node.path}; ask that connector`,
      );
    }
    return partOf(this.parts, tool);
  }
}

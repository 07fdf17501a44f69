import { Annotations, AspectPriority, Aspects, Lazy, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { ExecutorConfig } from '../../runtime/core/executor-config';
import { isSlow } from '../../runtime/core/slow-tool';
import { partitionsOf } from '../gate/agent-partitions';
import type { StateTable } from '../gate/state-table';
import type { Ledger } from '../ledger/ledger';
import { EndpointService } from '../network/endpoint-service';
import type { FunctionPlacement } from '../network/function-placement';
import { objectsOf } from '../private/agent-id';
import { NETWORK_INTERFACE_PATTERNS } from '../private/network-interface-actions';
import { PrivateFunction } from '../private/private-function';
import { checkArguments } from '../private/props/check';
import { type Shape, text } from '../private/props/shape';
import { SynthesisTimeCode } from '../private/synthesis-time-code';
import { Effect } from './effect';
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

/**
 * One external system, with its own role, permissions boundary, function and credential. Connectors share none of these.
 */
export abstract class Connector extends Construct {
  /** Whether the content that the target returns is trusted. */
  public readonly trusted: boolean;

  private readonly toolsByName = new Map<string, Tool>();
  private executor?: PrivateFunction;
  private tellOfSlowTool?: () => void;
  private readonly mostThatItMayDo = new iam.PolicyStatement({ sid: 'MostThatItMayDo', resources: ['*'] });
  /** ARNs of the functions and state machines that it calls. Its boundary denies all others. */
  private readonly called = { functions: new Set<string>(), machines: new Set<string>() };
  private readonly code: SynthesisTimeCode;

  /** @internal */
  protected constructor(scope: Construct, id: string, options: ConnectorOptions, bundle: string) {
    super(scope, id);
    if (!/^[A-Za-z][A-Za-z0-9_-]{0,63}$/.test(id)) {
      throw new Error(
        `${this.node.path}: a connector's id is its name in policies, so "${id}" is refused; write a letter, then letters, digits, _ and -`,
      );
    }
    this.trusted = options.trusted ?? false;
    this.code = new SynthesisTimeCode(bundle);
    this.node.addValidation({
      validate: () => (this.toolsByName.size === 0 ? [`The connector ${id} has no tool; call addTool`] : []),
    });
  }

  /** The tools of this connector, in the order they were added. */
  public get tools(): Tool[] {
    return [...this.toolsByName.values()];
  }

  /** The executor's role, the only one that can use the credential. Defined once a runtime uses the connector. */
  public get role(): iam.IRole {
    return this.bound().role;
  }

  /** The executor. Defined once a runtime uses the connector. */
  public get function(): lambda.IFunction {
    return this.bound().function;
  }

  /** Undefined: it uses its executor's role alone. @internal */
  public get _credentialName(): string | undefined {
    return undefined;
  }

  /** Hosts that it calls on the internet. Empty: its targets are AWS services. @internal */
  public get _internetHosts(): string[] {
    return [];
  }

  /** @internal */
  public _settings(): Pick<ExecutorConfig, 'baseUrl' | 'credential'> {
    return {};
  }

  /** Grants the executor what its own operations need, and opens the endpoints for them. @internal */
  protected abstract _authorize(executor: PrivateFunction): void;

  /** Adds actions of the connector's own operations to its boundary. @internal */
  protected _raiseBoundary(actions: readonly string[]): void {
    const held = new Set(this.mostThatItMayDo.actions);
    this.mostThatItMayDo.addActions(...actions.filter((action) => !held.has(action)));
  }

  /**
   * Lets the connector's boundary pass calls of exactly this function. The role still needs a right of its own.
   * @param arn with a qualifier, only that version or alias
   * @internal
   */
  protected _mayInvoke(arn: string): void {
    this.called.functions.add(arn);
    this._raiseBoundary(['lambda:InvokeFunction']);
  }

  /** Lets the connector's boundary pass starts of exactly this state machine. The role still needs a right of its own. @internal */
  protected _mayStart(arn: string): void {
    this.called.machines.add(arn);
    this._raiseBoundary(['states:StartExecution']);
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

  /** The environment variable that holds this executor's ARN, in the functions that invoke it. @internal */
  public get _functionArnVariable(): string {
    return `EXECUTOR_ARN_${this.node.id.replace(/-/g, '_').toUpperCase()}`;
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
    if (!this.executor || !this._isSlow) return;
    const slowestMs = Math.max(...this.tools.map((tool) => this._timeoutMs(tool)));
    (this.executor.function.node.defaultChild as lambda.CfnFunction).timeout =
      Math.ceil(slowestMs / 1000) + SECONDS_AROUND_TARGET;
    this.tellOfSlowTool?.();
  }

  /** Creates the executor, for the runtime that uses this connector. @internal */
  public _bind({ agentId, state, ledger, callers, placement }: ConnectorSurroundings): void {
    if (this.executor) {
      throw new Error(
        `${this.node.path}: two runtimes use this connector and would share its credential; create a connector for each`,
      );
    }
    const boundary = this.boundary(placement !== undefined);
    const executor = new PrivateFunction(this, 'Executor', {
      description: `Connector ${this.node.id}: runs its tools with its own credential`,
      code: this.code,
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
    this.executor = executor;
    this.warnOfAnotherBoundary(executor.role, boundary);
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
    this._authorize(executor);
  }

  /** Writes the executor's configuration into its asset, once all tools and policies are known. @internal */
  public _stage(tools: ExecutorConfig['tools']): void {
    this.code.stage(this, 'connector.json', {
      v: 1,
      connector: this.node.id,
      tools,
      ...this._settings(),
    } satisfies ExecutorConfig);
  }

  /** Nothing will be staged, because validation will fail. @internal */
  public _withhold(): void {
    this.code.withhold();
  }

  private boundary(inVpc: boolean): iam.ManagedPolicy {
    this._raiseBoundary([
      'dynamodb:GetItem',
      'dynamodb:UpdateItem',
      'kms:Decrypt',
      'logs:CreateLogStream',
      'logs:PutLogEvents',
      's3:GetObject',
      ...(inVpc ? NETWORK_INTERFACE_PATTERNS : []),
      ...(this._credentialName ? ['secretsmanager:GetSecretValue'] : []),
    ]);
    const boundary = new iam.ManagedPolicy(this, 'Boundary', {
      description: 'The most that this connector can ever do',
      statements: [this.mostThatItMayDo],
    });
    // A tool that is added later may call a function. What was denied to a statement can't be taken back.
    (boundary.node.defaultChild as iam.CfnManagedPolicy).policyDocument = Lazy.any({
      produce: () => new iam.PolicyDocument({ statements: [this.mostThatItMayDo, ...this.neverMoreRights()] }),
    });
    return boundary;
  }

  /** What no policy can give the connector: other rights, other roles, and functions and state machines that it doesn't name. */
  private neverMoreRights(): iam.PolicyStatement[] {
    const [functions, machines] = [[...this.called.functions], [...this.called.machines]];
    const deny = (sid: string, actions: string[], to: Partial<iam.PolicyStatementProps>): iam.PolicyStatement =>
      new iam.PolicyStatement({ sid, effect: iam.Effect.DENY, actions, ...to });
    return [
      deny(
        'NeverMoreRights',
        [
          'iam:*',
          'sts:AssumeRole*',
          ...(functions.length > 0 ? [] : ['lambda:InvokeFunction']),
          ...(machines.length > 0 ? [] : ['states:*']),
          'organizations:*',
        ],
        { resources: ['*'] },
      ),
      ...(functions.length > 0
        ? [deny('NoOtherFunction', ['lambda:InvokeFunction'], { notResources: functions })]
        : []),
      ...(machines.length > 0 ? [deny('NoOtherStateMachine', ['states:*'], { notResources: machines })] : []),
    ];
  }

  /** `iam.PermissionsBoundary.of(scope).apply(…)` replaces a boundary silently. This looks for that after all other aspects. */
  private warnOfAnotherBoundary(role: iam.Role, own: iam.ManagedPolicy): void {
    const resource = role.node.defaultChild as iam.CfnRole;
    Aspects.of(resource).add(
      {
        visit: () => {
          const stack = Stack.of(this);
          const text = (value: unknown) => JSON.stringify(stack.resolve(value));
          if (boundaryOf(resource) === text(own.managedPolicyArn)) return;
          Annotations.of(this).addWarningV2(
            'cdk-hardened-agent:boundary-replaced',
            `Another permissions boundary replaced ${own.node.path}, so only that one limits what this connector's role can be given. Deny in it what this one denies, keep PermissionsBoundary.of() away from connectors, or acknowledge this warning.`,
          );
        },
      },
      { priority: AspectPriority.READONLY },
    );
  }

  private bound(): PrivateFunction {
    if (!this.executor) {
      throw new Error(`${this.node.path}: no runtime uses this connector yet; pass it to a HardenedAgentRuntime first`);
    }
    return this.executor;
  }
}

/** The boundary as it will be deployed, property overrides included. */
function boundaryOf(role: iam.CfnRole): string {
  // CDK has no other way to read overrides.
  const rendered = (role as unknown as { _toCloudFormation(): object })._toCloudFormation();
  const { Resources } = Stack.of(role).resolve(rendered) as {
    Resources: { [id: string]: { Properties?: { PermissionsBoundary?: unknown } } };
  };
  return JSON.stringify(Object.values(Resources)[0]?.Properties?.PermissionsBoundary);
}

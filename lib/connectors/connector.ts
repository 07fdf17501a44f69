import { Annotations, AspectPriority, Aspects, type Duration, Stack, Token } from 'aws-cdk-lib';
import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { BUILT_IN_TOOLS, MAX_RESULT_BYTES, TOOL_NAME_PATTERN } from '../../runtime/core/contracts';
import type { ExecutorConfig } from '../../runtime/core/executor-config';
import { lintSchema } from '../../runtime/core/schema/lint-schema';
import { lintTarget } from '../../runtime/core/schema/lint-target';
import type { EndpointAllowlist } from '../network/endpoint-allowlist';
import { PrivateFunction } from '../private/private-function';
import { SynthesisTimeCode } from '../private/synthesis-time-code';
import { Tool, type ToolOperation, type ToolOptions } from './tool';

/** What every kind of connector has. */
export interface ConnectorOptions {
  /**
   * Whether what the target returns may be believed. Content of an untrusted source taints the session that reads it.
   * @default false
   */
  readonly trusted?: boolean;
}

/** What a runtime gives the connectors that it uses. @internal */
export interface ConnectorSurroundings {
  readonly environment: Record<string, string>;
  /** Nobody else invokes the executor. */
  readonly callers: iam.IRole[];
  /** Gives the executor's role what it needs to check the gate's word: intent, request, arguments. */
  readonly grantChecks: (role: iam.Role) => void;
  readonly vpc?: ec2.IVpc;
  /** @default - the VPC's isolated subnets */
  readonly subnets?: ec2.SubnetSelection;
  readonly securityGroup?: ec2.ISecurityGroup;
}

const DEFAULT_RESULT_BYTES = 65_536;
const DEFAULT_TIMEOUT_MS = 10_000;
/** A REST API integration ends at 29 s, and the gate needs time before and after the target. */
const MAX_TIMEOUT_MS = 20_000;

/**
 * One external system, with its own role, permissions boundary, function and credential. Nothing of it is shared with
 * another connector.
 */
export abstract class Connector extends Construct {
  /** Whether what the target returns may be believed. */
  public readonly trusted: boolean;

  private readonly toolsByName = new Map<string, Tool>();
  private executor?: PrivateFunction;
  private readonly mostThatItMayDo = new iam.PolicyStatement({ sid: 'MostThatItMayDo', resources: ['*'] });
  private readonly code: SynthesisTimeCode;

  /** @internal */
  protected constructor(scope: Construct, id: string, options: ConnectorOptions, bundle: string) {
    super(scope, id);
    if (!/^[A-Za-z][A-Za-z0-9_-]{0,63}$/.test(id)) {
      throw new Error(`${this.node.path}: a connector's id is its name in policies; write letters, digits, _ and -`);
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

  /** The executor's role: it alone can use the credential. Defined once a runtime uses the connector. */
  public get role(): iam.IRole {
    return this.bound().role;
  }

  /** The executor. Defined once a runtime uses the connector. */
  public get function(): lambda.IFunction {
    return this.bound().function;
  }

  /** @internal */
  public abstract get _credentialName(): string | undefined;
  /** Hosts that it reaches on the internet; none: its targets are AWS services. @internal */
  public abstract get _internetHosts(): string[];
  /** @internal */
  public abstract _settings(): Pick<ExecutorConfig, 'baseUrl' | 'credential'>;
  /** What the executor may do besides checking the gate's word. @internal */
  protected abstract _authorize(executor: PrivateFunction): void;

  /** Lets the boundary pass actions of the connector's own operations. @internal */
  protected _raiseBoundary(actions: string[]): void {
    const held = new Set(this.mostThatItMayDo.actions);
    this.mostThatItMayDo.addActions(...actions.filter((action) => !held.has(action)));
  }

  /** @internal */
  protected _addTool(name: string, options: ToolOptions, operation: ToolOperation): Tool {
    this.validateTool(name, options);
    const tool = Tool._of(this, name, options, operation);
    this.toolsByName.set(name, tool);
    return tool;
  }

  /** Opens the network to what the connector's own operations need. @internal */
  public abstract _openEndpoints(endpoints: EndpointAllowlist, caller: ec2.ISecurityGroup): void;

  /** The environment variable of the gate that holds this executor's ARN. @internal */
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

  /** Makes the executor in the runtime that uses this connector. @internal */
  public _bind(surroundings: ConnectorSurroundings): void {
    if (this.executor) {
      throw new Error(
        `${this.node.path}: two runtimes use this connector, which would share its credential; make one for each`,
      );
    }
    this._raiseBoundary([
      'dynamodb:GetItem',
      'dynamodb:UpdateItem',
      'kms:Decrypt',
      'logs:CreateLogStream',
      'logs:PutLogEvents',
      's3:GetObject',
      ...(surroundings.vpc ? ['ec2:*NetworkInterface*', 'ec2:*PrivateIpAddresses', 'ec2:DescribeSubnets'] : []),
      ...(this._credentialName ? ['secretsmanager:GetSecretValue'] : []),
    ]);
    const boundary = new iam.ManagedPolicy(this, 'Boundary', {
      description: 'The most that this connector can ever do',
      statements: [
        this.mostThatItMayDo,
        new iam.PolicyStatement({
          sid: 'NeverMoreRights',
          effect: iam.Effect.DENY,
          actions: ['iam:*', 'sts:AssumeRole*', 'lambda:InvokeFunction', 'states:*', 'organizations:*'],
          resources: ['*'],
        }),
      ],
    });
    this.executor = new PrivateFunction(this, 'Executor', {
      description: `Connector ${this.node.id}: runs its tools with its own credential`,
      code: this.code,
      environment: surroundings.environment,
      permissionsBoundary: boundary,
      // It holds a credential: what its errors say stays in its own log.
      traced: false,
      vpc: surroundings.vpc,
      subnets: surroundings.subnets,
      securityGroup: surroundings.securityGroup,
    });
    this.warnOfAnotherBoundary(this.executor.role, boundary);
    this.executor.invokedByRoles(surroundings.callers);
    surroundings.grantChecks(this.executor.role);
    this._authorize(this.executor);
  }

  /** Writes what the executor knows into its asset, once all tools and policies are known. @internal */
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

  /** `iam.PermissionsBoundary.of(scope).apply(…)` replaces a boundary without a word. It is looked for after all aspects. */
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
            `Another permissions boundary took the place of ${own.node.path}: what this connector's role can ever be given is up to that one. Deny in it what this one denies, keep PermissionsBoundary.of() away from connectors, or acknowledge this.`,
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

  private validateTool(name: string, options: ToolOptions): void {
    const fail = (message: string): never => {
      throw new Error(`${this.node.path}: tool "${name}": ${message}`);
    };
    if (!new RegExp(TOOL_NAME_PATTERN).test(name)) fail(`write a name of the form ${TOOL_NAME_PATTERN}`);
    if ((BUILT_IN_TOOLS as readonly string[]).includes(name)) {
      fail('the gate answers a tool of that name itself; write another name');
    }
    if (this.toolsByName.has(name)) fail('the connector has a tool of that name already; write another name');
    if (options.description.trim() === '') fail('the description is empty; say what the tool does');
    const findings = lintSchema(options.input._document);
    if (findings.length > 0) fail(`its input schema lets through what it shouldn't:\n  - ${findings.join('\n  - ')}`);
    for (const target of options.targets ?? []) {
      const problem = lintTarget(options.input._document, target);
      if (problem !== undefined) fail(`the target "${target}" finds nothing: ${problem}`);
    }
    this.validateLimit('maxResultBytes', options.maxResultBytes, 1, MAX_RESULT_BYTES, fail);
    this.validateTimeout(options.timeout, fail);
    if (options.effect === undefined) {
      Annotations.of(this).addInfo(
        `The tool ${name} declares no effect, so it counts as destructive and asks a person`,
      );
    }
  }

  private validateLimit(
    name: string,
    value: number | undefined,
    least: number,
    most: number,
    fail: (message: string) => never,
  ): void {
    if (value === undefined || Token.isUnresolved(value)) return;
    if (!Number.isInteger(value) || value < least || value > most) fail(`${name} must be from ${least} to ${most}`);
  }

  private validateTimeout(timeout: Duration | undefined, fail: (message: string) => never): void {
    if (timeout === undefined || timeout.isUnresolved()) return;
    const ms = timeout.toMilliseconds();
    if (ms < 100 || ms > MAX_TIMEOUT_MS) {
      fail('a timeout of over 20 seconds would outlive the gate’s reply; write Duration.seconds(20) or less');
    }
  }
}

/** As it will be deployed, property overrides included. */
function boundaryOf(role: iam.CfnRole): string {
  // Overrides have no other reader.
  const rendered = (role as unknown as { _toCloudFormation(): object })._toCloudFormation();
  const { Resources } = Stack.of(role).resolve(rendered) as {
    Resources: { [id: string]: { Properties?: { PermissionsBoundary?: unknown } } };
  };
  return JSON.stringify(Object.values(Resources)[0]?.Properties?.PermissionsBoundary);
}

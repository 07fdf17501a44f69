import { Annotations, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import type { PrivateFunction } from '../private/private-function';
import { checkConstruct } from '../private/props/check';
import { instanceOf, struct } from '../private/props/shape';
import { argumentProblem, recipientProblem } from './argument-problems';
import { AwsOperation } from './aws-operation';
import { Connector, type ConnectorOptions, type Tool } from './connector';
import { Effect } from './effect';
import type { MadeOperation, OperationRight } from './operations/made-operation';
import type { ToolOptions } from './tool-options';
import { CONNECTOR_OPTIONS, TOOL_OPTIONS } from './tool-shapes';

/** Properties of `AwsConnector`. */
export interface AwsConnectorProps extends ConnectorOptions {}

/** A tool that runs one AWS operation. */
export interface AwsToolOptions extends ToolOptions {
  readonly operation: AwsOperation;
}

const PROPS = struct<AwsConnectorProps>(CONNECTOR_OPTIONS, '{ trusted: true }');

const AWS_TOOL_OPTIONS = struct<AwsToolOptions>(
  { ...TOOL_OPTIONS, operation: instanceOf(AwsOperation, 'AwsOperation.s3GetObject(bucket)') },
  '{ description, operation, input }',
);

/** An operation, and the environment variable that names its resource. */
interface BoundOperation {
  readonly variable: string;
  readonly operation: MadeOperation;
}

/** AWS resources of the same account, used with the connector's own role. No secret is involved. */
export class AwsConnector extends Connector {
  private readonly operations: BoundOperation[] = [];
  private executorOfRuntime?: PrivateFunction;
  /** Rights that the role has, each as text, by their ids. IAM takes an id once in a policy. */
  private readonly granted = new Map<string, string>();

  /** @throws Error when a prop has a wrong type or is unknown */
  constructor(scope: Construct, id: string, props: AwsConnectorProps = {}) {
    checkConstruct(AwsConnector, scope, id, props, PROPS);
    super(scope, id, props, 'executor-aws');
  }

  /**
   * Adds a tool. Its effect is at least what the operation does: a write that is declared as a read counts as a write, and the
   * synthesis warns.
   * @throws Error when an option has a wrong type or is unknown, the name or the schema is unsafe, or the operation can't use its
   * resource or its arguments; the message says what to write instead
   */
  public addTool(name: string, options: AwsToolOptions): Tool {
    this._checkTool(name, options, AWS_TOOL_OPTIONS);
    const operation = options.operation._made;
    const { input, targets } = options;
    const problem =
      options.operation._placeProblem(this) ??
      argumentProblem(operation.arguments, input._document) ??
      recipientProblem(operation.recipients ?? [], targets ?? []);
    if (problem !== undefined) throw new Error(`${this.node.path}: tool "${name}": ${problem}`);
    const variable = `RESOURCE_${this.operations.length + 1}`;
    const tool = this._addTool(name, this.raised(name, options), {
      aws: { ...operation.config, resourceVariable: variable },
    });
    const bound = { variable, operation };
    this.operations.push(bound);
    // A tool can be added after a runtime created the executor.
    if (this.executorOfRuntime) this.authorizeOperation(this.executorOfRuntime, bound);
    return tool;
  }

  /** Objects that operations with a prefix may use, as ARNs. @internal */
  public get _objects(): string[] {
    return this.operations.flatMap(({ operation: { config, access } }) =>
      'keyPrefix' in config ? access.right.resources.filter((resource) => resource.endsWith('*')) : [],
    );
  }

  /** @internal */
  protected _authorize(executor: PrivateFunction): void {
    this.executorOfRuntime = executor;
    for (const bound of this.operations) this.authorizeOperation(executor, bound);
  }

  /** The options, with an effect that isn't less than the operation's. */
  private raised(name: string, options: AwsToolOptions): AwsToolOptions {
    const least = Effect._of(options.operation._made.leastEffect);
    const { effect } = options;
    if (effect === undefined || !effect._isLessThan(least)) return options;
    Annotations.of(this).addWarningV2(
      'cdk-hardened-agent:effect-raised',
      `The tool ${name} declares the effect ${effect.name}, but its operation is ${least.name}, so it counts as ${least.name}. Write the effect that it has.`,
    );
    return { ...options, effect: least };
  }

  private authorizeOperation(executor: PrivateFunction, { variable, operation }: BoundOperation): void {
    const { service, right, keyRight, starts } = operation.access;
    executor.function.addEnvironment(variable, operation.resourceName);
    this.grant(executor.role, right);
    if (keyRight) this.grant(executor.role, keyRight);
    executor.reach(service, right.actions, right.resources);
    if (starts === undefined) return;
    this._mayStart(starts);
    // The endpoint's policy names the approval workflow, which calls this executor.
    executor.doesNotWaitFor(service);
  }

  private grant(role: iam.Role, { sid, ...right }: OperationRight): void {
    const text = JSON.stringify(Stack.of(this).resolve(right));
    if ([...this.granted.values()].includes(text)) return;
    let id = sid;
    for (let number = 2; this.granted.has(id); number++) id = `${sid}${number}`;
    this.granted.set(id, text);
    role.addToPolicy(new iam.PolicyStatement({ sid: id, ...right }));
    this._raiseBoundary(right.actions);
  }
}

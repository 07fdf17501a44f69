import type { Construct } from 'constructs';
import type { PrivateFunction } from '../private/private-function';
import { checkConstruct } from '../private/props/check';
import { instanceOf, struct } from '../private/props/shape';
import { AwsOperation } from './aws-operation';
import { Connector, type ConnectorOptions, type Tool } from './connector';
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
  readonly operation: AwsOperation;
}

/** AWS resources of the same account, used with the connector's own role. No secret is involved. */
export class AwsConnector extends Connector {
  private readonly operations: BoundOperation[] = [];
  private executorOfRuntime?: PrivateFunction;

  /** @throws Error when a prop has a wrong type or is unknown */
  constructor(scope: Construct, id: string, props: AwsConnectorProps = {}) {
    checkConstruct(AwsConnector, scope, id, props, PROPS);
    super(scope, id, props, 'executor-aws');
  }

  /**
   * Adds a tool.
   * @throws Error when an option has a wrong type or is unknown, or the name or the schema is unsafe; the message says what
   * to write instead
   */
  public addTool(name: string, options: AwsToolOptions): Tool {
    this._checkTool(name, options, AWS_TOOL_OPTIONS);
    const problem = options.operation._placeProblem(this);
    if (problem !== undefined) throw new Error(`${this.node.path}: tool "${name}": ${problem}`);
    const variable = `RESOURCE_${this.operations.length + 1}`;
    const argument = options.operation._config.keyArgument;
    const required = (options.input._document.required as string[] | undefined) ?? [];
    if (argument && !required.includes(argument)) {
      throw new Error(
        `${this.node.path}: tool "${name}": the operation needs the argument "${argument}", which the input schema doesn't require; add it to "required"`,
      );
    }
    const tool = this._addTool(name, options, {
      aws: { ...options.operation._config, resourceVariable: variable },
    });
    const bound = { variable, operation: options.operation };
    this.operations.push(bound);
    // A tool can be added after a runtime created the executor.
    if (this.executorOfRuntime) this.authorizeOperation(this.executorOfRuntime, bound);
    return tool;
  }

  /** @internal */
  protected _authorize(executor: PrivateFunction): void {
    this.executorOfRuntime = executor;
    for (const bound of this.operations) this.authorizeOperation(executor, bound);
  }

  private authorizeOperation(executor: PrivateFunction, { variable, operation }: BoundOperation): void {
    const { service, actions, resourceArn, grant } = operation._access;
    executor.function.addEnvironment(variable, operation._resourceName);
    grant(executor.role);
    this._raiseBoundary(actions);
    executor.reach(service, actions, [resourceArn]);
  }
}

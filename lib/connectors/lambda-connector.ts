import { Lazy, Stack, Token, TokenComparison } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { CallerGroup } from '../network/caller-group';
import { EndpointService } from '../network/endpoint-service';
import { useProblem } from '../network/endpoint-use';
import type { FunctionPlacement } from '../network/function-placement';
import { NETWORK_INTERFACE_PATTERNS } from '../private/network-interface-actions';
import { PrivateFunction } from '../private/private-function';
import { checkArguments, checkConstruct } from '../private/props/check';
import { instanceOf, listOf, struct, text, textOrToken } from '../private/props/shape';
import { Connector, type ConnectorOptions, type ConnectorSurroundings, type Tool } from './connector';
import { ConnectorFunction, type MadeFunction } from './connector-function';
import { RightsBoundary } from './rights-boundary';
import type { ToolOptions } from './tool-options';
import { CONNECTOR_OPTIONS, TOOL_OPTIONS } from './tool-shapes';

/** Properties of `LambdaConnector`. */
export interface LambdaConnectorProps extends ConnectorOptions {
  /** The function that runs the tools' calls. */
  readonly handler: ConnectorFunction;
}

/** A tool that calls the connector's function. */
export interface LambdaToolOptions extends ToolOptions {}

const PROPS = struct<LambdaConnectorProps>(
  { ...CONNECTOR_OPTIONS, handler: instanceOf(ConnectorFunction, 'ConnectorFunction.existing(billing)') },
  '{ handler: ConnectorFunction.existing(billing) }',
);
const LAMBDA_TOOL_OPTIONS = struct<LambdaToolOptions>(TOOL_OPTIONS, '{ description, input }');

/** The executor's variable with the function's ARN. */
const FUNCTION_VARIABLE = 'RESOURCE_1';

/** A right that the function was given. */
interface FunctionRight {
  readonly service: EndpointService;
  readonly actions: string[];
  readonly resources: string[];
}

/**
 * A function of the team as a connector. The executor calls it once for each call and waits for its answer, with
 * `{ v, connector, tool, requestId, sessionId, arguments }` as its event and no credential. What it returns is the result.
 *
 * A function that fails may have done something, so the outcome of a call that isn't a read is unknown then. To say that nothing
 * happened, return that as a result. `requestId` is the same if an event arrives twice.
 *
 * Limitations: a function that the connector makes reaches AWS services that `allow` names, and no host on the internet. The
 * output check doesn't know the secrets of a function, so it can't find them in results.
 */
export class LambdaConnector extends Connector {
  private readonly handler: ConnectorFunction;
  private readonly rights: FunctionRight[] = [];
  private readonly functionBoundary = new RightsBoundary();
  private placement?: FunctionPlacement;
  private made?: PrivateFunction;

  /**
   * @throws Error when a prop has a wrong type or is unknown, or the function is of another account or region, or one of this
   * library's own
   */
  constructor(scope: Construct, id: string, props: LambdaConnectorProps) {
    checkConstruct(LambdaConnector, scope, id, props, PROPS);
    super(scope, id, props, 'executor-aws');
    this.handler = props.handler;
    const problem = props.handler._existing && functionProblem(this, props.handler._existing);
    if (problem !== undefined) throw new Error(`${this.node.path}: ${problem}`);
  }

  /** The function that is called. One that the connector makes is defined once a runtime uses the connector. */
  public get calledFunction(): lambda.IFunction {
    const called = this.handler._existing ?? this.made?.function;
    if (called === undefined) {
      throw new Error(
        `${this.node.path}: no runtime uses this connector yet, so its function isn't made; pass it to a HardenedAgentRuntime first`,
      );
    }
    return called;
  }

  /**
   * Adds a tool.
   * @throws Error when an option has a wrong type or is unknown, or the name or the schema is unsafe; the message says what to
   * write instead
   */
  public addTool(name: string, options: LambdaToolOptions): Tool {
    this._checkTool(name, options, LAMBDA_TOOL_OPTIONS);
    return this._addTool(name, options, {
      aws: { operation: 'lambda:InvokeFunction', resourceVariable: FUNCTION_VARIABLE },
    });
  }

  /**
   * Lets a function that the connector makes use an AWS service: in its role, in its boundary, and through the service's endpoint.
   * @param service the service, whose endpoint is opened to the function
   * @param actions exact actions, such as `dynamodb:GetItem`
   * @param resources the ARNs of what it uses, without wildcards in the name
   * @throws Error when an argument has a wrong type, an action or a resource is a wildcard, or the function is the team's own
   */
  public allow(service: EndpointService, actions: string[], resources: string[]): void {
    const where = `${this.node.path}: allow()`;
    checkArguments(where, {
      service: [instanceOf(EndpointService, 'EndpointService.DYNAMODB'), service],
      actions: [listOf(text('dynamodb:GetItem'), "'dynamodb:GetItem'"), actions],
      resources: [listOf(textOrToken('arn:aws:…'), 'table.tableArn'), resources],
    });
    if (this.handler._existing) {
      throw new Error(`${where}: the function is your own, and so is its role; grant it there what it needs`);
    }
    const problem = useProblem(service, { actions, resources });
    if (problem !== undefined) throw new Error(`${where}: ${problem}`);
    const right = { service, actions, resources };
    this.rights.push(right);
    if (this.made) this.give(this.made, right);
  }

  /** @internal */
  public override _bind(surroundings: ConnectorSurroundings): void {
    this.placement = surroundings.placement;
    super._bind(surroundings);
  }

  /** @internal */
  protected _authorize(executor: PrivateFunction): void {
    const { functionArn } = this.handler._existing ?? this.make(executor).function;
    executor.function.addEnvironment(FUNCTION_VARIABLE, functionArn);
    const actions = ['lambda:InvokeFunction'];
    executor.role.addToPolicy(new iam.PolicyStatement({ sid: 'CallFunction', actions, resources: [functionArn] }));
    this._mayInvoke(functionArn);
    executor.reach(EndpointService.LAMBDA, actions, [functionArn]);
    // The endpoint's policy names this executor, because the gate calls it.
    executor.doesNotWaitFor(EndpointService.LAMBDA);
  }

  private make(executor: PrivateFunction): PrivateFunction {
    const { memorySize, environment, ...code } = this.handler._made as MadeFunction;
    this.functionBoundary.raise([
      'logs:CreateLogStream',
      'logs:PutLogEvents',
      ...(this.placement ? NETWORK_INTERFACE_PATTERNS : []),
    ]);
    const made = new PrivateFunction(this, 'Called', {
      description: `Called by the connector ${this.node.id}: runs its tools`,
      ...code,
      environment: { ...environment },
      memorySize,
      traced: false,
      permissionsBoundary: this.functionBoundary.policy(
        this,
        'CalledBoundary',
        'The most that the connector’s function can ever do',
      ),
      ...(this.placement ? { placement: this.placeBeside(this.placement) } : {}),
    });
    // It stops when nobody waits for it any more.
    (made.function.node.defaultChild as lambda.CfnFunction).timeout = Lazy.number({
      produce: () => Math.ceil(Math.max(...this.tools.map((tool) => this._timeoutMs(tool))) / 1000),
    });
    made.invokedByRoles([executor.role]);
    this.made = made;
    for (const right of this.rights) this.give(made, right);
    return made;
  }

  private placeBeside(placement: FunctionPlacement): FunctionPlacement {
    const description = `Function of ${this.node.id}: reaches its endpoints only`;
    return { ...placement, securityGroup: new CallerGroup(this, 'CalledGroup', { vpc: placement.vpc, description }) };
  }

  private give(made: PrivateFunction, { service, actions, resources }: FunctionRight): void {
    made.role.addToPolicy(new iam.PolicyStatement({ actions, resources }));
    this.functionBoundary.raise(actions);
    made.reach(service, actions, resources);
    // The endpoint's policy may name the executor, whose boundary names this function.
    made.doesNotWaitFor(service);
  }
}

/** What isn't known counts as right: AWS refuses the call then. */
function functionProblem(connector: Construct, called: lambda.IFunction): string | undefined {
  const here = Stack.of(connector);
  const { path } = called.node;
  const differs = (a: string, b: string) => Token.compareStrings(a, b) === TokenComparison.DIFFERENT;
  const { region, account } = called.env;
  if (differs(region, here.region) || differs(account, here.account)) {
    return `the function ${path} is in ${account}, ${region}, and a LambdaConnector calls functions of ${here.account} in ${here.region}; create it there`;
  }
  return called.node.scope instanceof PrivateFunction
    ? `the function ${path} is a part of this library, which trusts its callers; use a function of your own`
    : undefined;
}

import type { Duration } from 'aws-cdk-lib';
import type { AwsOperation, HttpOperation } from '../../runtime/core/executor-config';
import type { ProbationOptions } from '../gate/probation';
import type { Connector } from './connector';
import { Effect } from './effect';
import type { InputSchema } from './input-schema';

/** What every kind of tool has. */
export interface ToolOptions {
  /** What the tool does: the model reads it. It is pinned by hash at deployment. */
  readonly description: string;
  /** The arguments it takes. Closed, bounded, anchored: see docs/tools.md. */
  readonly input: InputSchema;
  /**
   * What it does to the world.
   * @default Effect.DESTRUCTIVE - what isn't declared asks a person
   */
  readonly effect?: Effect;
  /**
   * JSON pointers of the arguments that name a target (a recipient, an account, a URL), such as `/accountId`.
   * @default - none
   */
  readonly targets?: string[];
  /**
   * Values that its targets may have though the user's task doesn't name them, such as `['support@example.com']`.
   * Exact matches only.
   * @default - those of the runtime's `trustedDirectory`
   */
  readonly trustedTargets?: string[];
  /**
   * How long it is tried out: a person is asked for each call of a new tool. A tool whose schema, description, effect or
   * target changes is new again.
   * @default - the runtime's `probation`
   */
  readonly probation?: ProbationOptions;
  /**
   * A Cedar condition for which a person is always asked, whatever the effect and the auto-approvals say: high value,
   * for one. Example: `context.args.amountCents > 50000`.
   * @default - the effect and the policies decide
   */
  readonly askWhen?: string;
  /**
   * Most UTF-8 bytes of a result.
   * @default 65536
   */
  readonly maxResultBytes?: number;
  /**
   * Time that the target has to answer, at most 20 seconds.
   * @default Duration.seconds(10)
   */
  readonly timeout?: Duration;
}

/** How a tool reaches its target. @internal */
export interface ToolOperation {
  readonly http?: HttpOperation;
  readonly aws?: AwsOperation;
}

/** One operation of a connector. Made by a connector's `addTool`. */
export class Tool {
  /** @internal */
  public static _of(connector: Connector, toolName: string, options: ToolOptions, operation: ToolOperation): Tool {
    return new Tool(connector, toolName, options, operation);
  }

  /** What it does to the world. */
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

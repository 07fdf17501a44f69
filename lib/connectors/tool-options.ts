import type { Duration } from 'aws-cdk-lib';
import type { AwsOperation } from '../../runtime/core/aws-operation';
import type { CodeOperation, HttpOperation, McpOperation } from '../../runtime/core/executor-config';
import type { ProbationOptions } from '../gate/probation-options';
import type { Effect } from './effect';
import type { InputSchema } from './input-schema';
import type { Limit } from './limit';
import type { OutboundOptions } from './outbound-options';
import type { OutputSchema } from './output-schema';
import type { Target } from './target';
import type { AddressBookEntry, DeclaredIds, OwnTargets } from './target-options';

/** What every kind of tool has. */
export interface ToolOptions extends ToolSettings {
  /** What the tool does. The model reads it. Its hash is pinned at deployment. */
  readonly description: string;
  /** The arguments that it takes: a closed object with bounded values and anchored patterns. See docs/tools.md. */
  readonly input: InputSchema;
}

/** What a tool may declare beyond its description and its arguments. */
export interface ToolSettings {
  /**
   * What the agent may see of a result: the declared fields that fit their declaration. The whole result stays in the evidence.
   * A result that isn't JSON is withheld, and the agent is told why.
   * @default - the whole result
   */
  readonly output?: OutputSchema;
  /**
   * What a call changes.
   * @default Effect.DESTRUCTIVE - a tool without a declared effect asks a person
   */
  readonly effect?: Effect;
  /**
   * The arguments that name a target (a recipient, an account, a URL), each with its kind: `[Target.email('/to')]`. For a
   * read with `ids`: the arguments that choose what it returns.
   * @default - none
   */
  readonly targets?: Target[];
  /**
   * Values that its targets may have although the user's task doesn't name them, such as `['support@example.com']`. They are
   * compared by the kind of the target, without patterns.
   * @default - those of the runtime's `trustedDirectory`
   */
  readonly trustedTargets?: string[];
  /**
   * What the user's own address or account means as a target. It is given at the launch or in an address book.
   * @default OwnTargets.ASK
   */
  readonly ownTargets?: OwnTargets;
  /**
   * Whom the names in the user's task mean, for this tool: `[{ name: 'Ann Lee', targets: ['ann@example.com'] }]`. An entry
   * counts only if the task holds its name.
   * @default - the runtime's `addressBook`
   */
  readonly addressBook?: AddressBookEntry[];
  /**
   * Fields of the result with ids that later calls may have as targets, if the task or a directory has all targets of this
   * read: `[{ of: 'order', at: '/orders/*\/id' }]`. Only for reads.
   * @default - no result is trusted
   */
  readonly ids?: DeclaredIds[];
  /**
   * How long the tool is on probation: a person is asked for each of its calls. Changing the tool's schema, description,
   * effect or target starts a new probation.
   * @default - the runtime's `probation`
   */
  readonly probation?: ProbationOptions;
  /**
   * A Cedar condition under which a person is always asked, even where the effect or an auto-approval would let the call
   * run, for example for high amounts: `context.args.amountCents > 50000`.
   * @default - the effect and the policies decide
   */
  readonly askWhen?: string;
  /**
   * What happens to calls whose arguments hold something that shouldn't leave. Only for outbound and destructive tools.
   * @default - credentials are denied, a person is asked about active content and instructions
   */
  readonly outbound?: OutboundOptions;
  /**
   * How much the tool may be used, such as `[Limit.count(5, { per: LimitScope.SESSION, window: Duration.hours(1) })]`. At most
   * 8; each costs a write or two per call. See docs/limits.md.
   * @default - no limits besides those of the session
   */
  readonly limits?: Limit[];
  /**
   * Largest result, in UTF-8 bytes.
   * @default 65536
   */
  readonly maxResultBytes?: number;
  /**
   * Time that the target has to answer, from 100 milliseconds to 14 minutes. The gate waits for at most 20 seconds: with more, the agent
   * gets `pending_execution` at once and polls `get_request`.
   * @default Duration.seconds(10)
   */
  readonly timeout?: Duration;
}

/** How a tool calls its target. @internal */
export interface ToolOperation {
  readonly http?: HttpOperation;
  readonly aws?: AwsOperation;
  readonly mcp?: McpOperation;
  readonly code?: CodeOperation;
}

import { PROBATION_OPTIONS } from '../gate/gate-shapes';
import { duration } from '../private/props/cdk-shapes';
import { flag, instanceOf, listOf, type Members, number, optional, text, textOrToken } from '../private/props/shape';
import type { ConnectorOptions } from './connector';
import { Effect } from './effect';
import { InputSchema } from './input-schema';
import type { ToolOptions } from './tool-options';

/** What every connector takes. @internal */
export const CONNECTOR_OPTIONS: Members<ConnectorOptions> = { trusted: optional(flag()) };

/** What every tool takes. @internal */
export const TOOL_OPTIONS: Members<ToolOptions> = {
  description: text('Refund an order'),
  input: instanceOf(InputSchema, "InputSchema.fromFile('schemas/refund.json')"),
  effect: optional(instanceOf(Effect, 'Effect.READ')),
  targets: optional(listOf(text('/accountId'), "'/accountId'")),
  trustedTargets: optional(listOf(textOrToken('support@example.com'), "'support@example.com'")),
  probation: optional(PROBATION_OPTIONS),
  askWhen: optional(text('context.args.amountCents > 50000')),
  maxResultBytes: optional(number(65_536)),
  timeout: optional(duration('Duration.seconds(10)')),
};

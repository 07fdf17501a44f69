import { PROBATION_OPTIONS } from '../gate/gate-shapes';
import { duration } from '../private/props/cdk-shapes';
import {
  flag,
  instanceOf,
  listOf,
  type Members,
  memberOf,
  number,
  optional,
  struct,
  text,
  textOrToken,
} from '../private/props/shape';
import type { ConnectorOptions } from './connector';
import { Effect } from './effect';
import { FindingAction } from './finding-action';
import { InputSchema } from './input-schema';
import { Limit } from './limit';
import type { OutboundOptions } from './outbound-options';
import { OutputSchema } from './output-schema';
import type { ToolOptions } from './tool-options';

/** What every connector takes. @internal */
export const CONNECTOR_OPTIONS: Members<ConnectorOptions> = { trusted: optional(flag()) };

const ACTION = optional(memberOf<FindingAction>('FindingAction', FindingAction, 'DENY'));

const OUTBOUND_OPTIONS = struct<OutboundOptions>(
  { credentials: ACTION, activeContent: ACTION, instructions: ACTION },
  '{ activeContent: FindingAction.DENY }',
);

/** What every tool takes. @internal */
export const TOOL_OPTIONS: Members<ToolOptions> = {
  description: text('Refund an order'),
  input: instanceOf(InputSchema, "InputSchema.fromFile('schemas/refund.json')"),
  output: optional(instanceOf(OutputSchema, "OutputSchema.fromFile('schemas/ticket.json')")),
  effect: optional(instanceOf(Effect, 'Effect.READ')),
  targets: optional(listOf(text('/accountId'), "'/accountId'")),
  trustedTargets: optional(listOf(textOrToken('support@example.com'), "'support@example.com'")),
  probation: optional(PROBATION_OPTIONS),
  askWhen: optional(text('context.args.amountCents > 50000')),
  outbound: optional(OUTBOUND_OPTIONS),
  limits: optional(
    listOf(
      instanceOf(Limit, 'Limit.count(5, { per: LimitScope.SESSION, window: Duration.hours(1) })'),
      'Limit.count(5, { per: LimitScope.SESSION, window: Duration.hours(1) })',
    ),
  ),
  maxResultBytes: optional(number(65_536)),
  timeout: optional(duration('Duration.seconds(10)')),
};

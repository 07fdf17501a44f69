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
  type RequiredShape,
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
import { Target } from './target';
import { type AddressBookEntry, type DeclaredIds, OwnTargets } from './target-options';
import type { ToolOptions, ToolSettings } from './tool-options';

/** What every connector takes. @internal */
export const CONNECTOR_OPTIONS: Members<ConnectorOptions> = { trusted: optional(flag()) };

const ACTION = optional(memberOf<FindingAction>('FindingAction', FindingAction, 'DENY'));

const OUTBOUND_OPTIONS = struct<OutboundOptions>(
  { credentials: ACTION, activeContent: ACTION, instructions: ACTION },
  '{ activeContent: FindingAction.DENY }',
);

const KNOWN_TARGET = instanceOf(Target, "Target.account('/accountId')");

/** A plain pointer says nothing about how its values are compared. */
const TARGET: RequiredShape<Target> = {
  ...KNOWN_TARGET,
  problems: (value, at) =>
    typeof value === 'string' && value.startsWith('/')
      ? [
          {
            message: `${at} must say what kind of target "${value}" is: write Target.url, .email, .account, .person, .named, .path or .id, such as Target.email('${value}'); Target.exact('${value}') compares whole words of the task.`,
          },
        ]
      : KNOWN_TARGET.problems(value, at),
};

const ENTRY = struct<AddressBookEntry>(
  {
    name: text('Ann Lee'),
    aliases: optional(listOf(text('Annie'), "'Annie'")),
    targets: listOf(textOrToken('ann@example.com'), "'ann@example.com'"),
    user: optional(text('ann')),
  },
  "{ name: 'Ann Lee', targets: ['ann@example.com'] }",
);

/** @internal */
export const ADDRESS_BOOK = listOf(ENTRY, "{ name: 'Ann Lee', targets: ['ann@example.com'] }");

const DECLARED_IDS = struct<DeclaredIds>(
  { of: text('order'), at: text('/orders/*/id') },
  "{ of: 'order', at: '/orders/*/id' }",
);

/** What a tool may declare. @internal */
export const TOOL_SETTINGS: Members<ToolSettings> = {
  output: optional(instanceOf(OutputSchema, "OutputSchema.fromFile('schemas/ticket.json')")),
  effect: optional(instanceOf(Effect, 'Effect.READ')),
  targets: optional(listOf(TARGET, "Target.account('/accountId')")),
  trustedTargets: optional(listOf(textOrToken('support@example.com'), "'support@example.com'")),
  ownTargets: optional(memberOf<OwnTargets>('OwnTargets', OwnTargets, 'TRUSTED')),
  addressBook: optional(ADDRESS_BOOK),
  ids: optional(listOf(DECLARED_IDS, "{ of: 'order', at: '/orders/*/id' }")),
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

/** What every tool takes. @internal */
export const TOOL_OPTIONS: Members<ToolOptions> = {
  description: text('Refund an order'),
  input: instanceOf(InputSchema, "InputSchema.fromFile('schemas/refund.json')"),
  ...TOOL_SETTINGS,
};

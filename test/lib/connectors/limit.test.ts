import { Duration } from 'aws-cdk-lib';
import {
  Effect,
  HttpMethod,
  type HttpToolOptions,
  Limit,
  LimitAction,
  type LimitOptions,
  LimitScope,
  Target,
} from '../../../lib';
import { callLimit } from '../../../lib/connectors/limit-problems';
import { AgentStack, inputOf } from '../agent-stack';

const hour: LimitOptions = { per: LimitScope.SESSION, window: Duration.hours(1) };
const properties = {
  to: { type: 'string', maxLength: 9 },
  all: { type: 'array', maxItems: 30, items: { type: 'string', maxLength: 9 } },
  few: { type: 'array', maxItems: 3, items: { type: 'string', maxLength: 9 } },
  cents: { type: 'integer', minimum: 0 },
  owed: { type: 'integer' },
  euros: { type: 'number', exclusiveMinimum: 0, multipleOf: 0.01 },
  parts: {
    type: 'array',
    maxItems: 3,
    items: { type: 'object', additionalProperties: false, properties: { cents: { type: 'integer', minimum: 1 } } },
  },
};
const input = inputOf(properties);
const add = (limits: Limit[], targets: string[] = ['/to']) =>
  new AgentStack().tickets.addTool('refund', {
    description: 'Refund',
    method: HttpMethod.POST,
    path: '/x',
    input,
    effect: Effect.DESTRUCTIVE,
    targets: targets.map((pointer) => Target.exact(pointer)),
    limits,
  } satisfies HttpToolOptions);

test.each<[string, Limit, object]>([
  ['a count', Limit.count(5, hour), { most: 5, per: 'session', windowSeconds: 3600, whenReached: 'ask' }],
  [
    'a sum of whole units',
    Limit.sum('/cents', 5000, { per: LimitScope.USER, window: Duration.days(30), whenReached: LimitAction.DENY }),
    { sum: { pointer: '/cents', places: 0 }, most: 5000, per: 'user', windowSeconds: 2_592_000, whenReached: 'deny' },
  ],
  ['a sum of decimals', Limit.sum('/euros', 19.99, hour), { sum: { pointer: '/euros', places: 2 }, most: 1999 }],
  [
    'a sum of a list',
    Limit.sum('/parts/*/cents', 10, hour),
    { sum: { pointer: '/parts/*/cents', places: 0 }, most: 10 },
  ],
  ['a rate', Limit.count(1, { per: LimitScope.TOOL, window: Duration.seconds(1) }), { per: 'tool', windowSeconds: 1 }],
])('%s is written into the manifest in its smallest unit', (_, limit, written) => {
  expect(() => add([limit])).not.toThrow();
  expect(callLimit(limit, input._document)).toMatchObject(written);
});

test('limits per target take single targets and short lists', () => {
  const perTarget = Limit.count(5, { per: LimitScope.TARGET, window: Duration.hours(1) });
  expect(() => add([perTarget], ['/to', '/few'])).not.toThrow();
  expect(() => add([perTarget], ['/to', '/all'])).toThrow('a call may have 31 targets');
  expect(() => add([perTarget], ['/parts'])).toThrow('may have any number of targets');
  expect(() => add([perTarget], [])).toThrow('declares no targets');
});

test.each<[string, () => Limit[], string]>([
  ['no calls', () => [Limit.count(0, hour)], 'Limit.count: the number of calls is 0'],
  ['a fraction of a call', () => [Limit.count(1.5, hour)], 'write a whole number from 1 to 1000'],
  ['more calls than one item holds', () => [Limit.count(1001, hour)], 'write a whole number from 1 to 1000'],
  ['a period of no time', () => [Limit.count(1, { ...hour, window: Duration.millis(10) })], 'the window is 10 ms'],
  ['a period of parts of seconds', () => [Limit.count(1, { ...hour, window: Duration.millis(1500) })], 'whole seconds'],
  ['a period over 30 days', () => [Limit.count(1, { ...hour, window: Duration.days(31) })], '30 days'],
  ['a maximum of nothing', () => [Limit.sum('/cents', 0, hour)], 'write a number above 0'],
  ['an argument that there isn’t', () => [Limit.sum('/cent', 5, hour)], '"/cent" matches no argument'],
  ['an argument that is no number', () => [Limit.sum('/to', 5, hour)], '"/to" is no number'],
  ['a list without its elements', () => [Limit.sum('/parts', 5, hour)], '"/parts" is no number'],
  ['an amount that may be negative', () => [Limit.sum('/owed', 5, hour)], 'write "minimum": 0 or more'],
  ['more places than the amount has', () => [Limit.sum('/euros', 0.001, hour)], 'at most 2 decimal places'],
  ['a maximum without exact form', () => [Limit.sum('/cents', 2 ** 60, hour)], 'up to 2^53'],
  ['two maxima of one kind', () => [Limit.count(5, hour), Limit.count(6, hour)], 'differ only in their maximum'],
  [
    'nine limits',
    () => Array.from({ length: 9 }, (_, hours) => Limit.count(5, { ...hour, window: Duration.hours(hours + 1) })),
    'write at most 8',
  ],
])('%s is refused at synth, with the construct path', (_, limits, message) => {
  expect(() => add(limits())).toThrow(message);
  expect(() => add(limits())).toThrow(/^Stack\/Tickets: /);
});

test('one kind may ask from one maximum on and deny from another', () => {
  const denies = Limit.count(10, { ...hour, whenReached: LimitAction.DENY });
  expect(() => add([Limit.count(5, hour), denies])).not.toThrow();
});

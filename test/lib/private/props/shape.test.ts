import { App, Duration, Lazy, Stack, Token } from 'aws-cdk-lib';
import { CONSTRUCT, duration } from '../../../../lib/private/props/cdk-shapes';
import { fromFactory } from '../../../../lib/private/props/from-factory';
import {
  flag,
  foreignStruct,
  instanceOf,
  listOf,
  memberOf,
  number,
  numberOrToken,
  optional,
  type Shape,
  struct,
  text,
  textOrToken,
} from '../../../../lib/private/props/shape';

enum Mode {
  ON = 'ON',
  OFF = 'OFF',
}
enum Days {
  ONE = 1,
  WEEK = 7,
}

class Thing {
  public static of(name: string): Thing {
    return fromFactory(Thing, 'Thing.of', { name: [text('a'), name] }, () => new Thing(name));
  }
  private constructor(public readonly name: string) {
    if (name === '') throw new Error('the name is empty; write one');
  }
}

/** A class of this name in another copy of the package. */
const Other = { Thing: class Thing {} }.Thing;

interface Inner {
  readonly trail?: boolean;
}
interface Outer {
  readonly name: string;
  readonly approvals?: Inner;
  readonly _own?: string;
}
const INNER = struct<Inner>({ trail: optional(flag()) }, '{ trail: false }');
const OUTER = struct<Outer>(
  { name: text('a'), approvals: optional(INNER), _own: optional(text('b')) },
  "{ name: 'a' }",
);

const problems = (shape: Shape<unknown>, value: unknown) =>
  shape.problems(value, 'props.x').map(({ message }) => message);
const THING = instanceOf(Thing, "Thing.of('a')");

describe('a value is said by its type, never by itself', () => {
  const stack = new Stack(new App(), 'Stack');
  test.each<[unknown, string]>([
    [undefined, 'props.x is missing; it must be true or false.'],
    [null, 'got null.'],
    ['sk-secret', 'got a string.'],
    ['', 'got an empty string.'],
    [5, 'got a number.'],
    [Number.NaN, 'got NaN.'],
    [5n, 'got a bigint.'],
    [Symbol('s'), 'got a symbol.'],
    [[1], 'got an array.'],
    [[], 'got an empty array.'],
    [{}, 'got a plain object.'],
    [Object.create(null), 'got a plain object.'],
    [() => true, 'got a function.'],
    [Thing, 'got the class Thing itself.'],
    [new Map(), 'got a Map.'],
    [stack, 'got a Stack.'],
    [new App(), 'got an App.'],
    [Promise.resolve(true), 'got a Promise; await it first.'],
    [Lazy.any({ produce: () => true }), 'got a CDK token, which is known only at deployment.'],
  ])('case %#', (value, said) => expect(problems(flag(), value)).toEqual([expect.stringContaining(said)]));
});

describe('what is taken', () => {
  const stack = new Stack(new App(), 'Stack');
  /** Of another copy of aws-cdk-lib: instanceof doesn't know it. */
  const foreignDuration = { toSeconds: () => 1, toMilliseconds: () => 1000, isUnresolved: () => false };
  test.each<[string, Shape<unknown>, unknown]>([
    ['text', text('a'), 'b'],
    ['an empty text', text('a'), ''],
    ['a token of a text', textOrToken('a'), Lazy.string({ produce: () => 'a' })],
    ['a number', number(1), -1.5],
    ['a token of a number', numberOrToken(1), Token.asNumber({ Ref: 'Days' })],
    ['a flag', flag(), false],
    ['a member of an enum', memberOf('Mode', Mode, 'ON'), Mode.OFF],
    ['a member of a numeric enum', memberOf('Days', Days, 'ONE'), 7],
    ['an object of the class', THING, Thing.of('a')],
    ['a list', listOf(text('a'), "'a'"), ['a', 'b']],
    ['no list', optional(listOf(text('a'), "'a'")), undefined],
    ['a duration', duration('Duration.days(1)'), Duration.days(1)],
    ['a duration of another copy of aws-cdk-lib', duration('Duration.days(1)'), foreignDuration],
    ['a construct', CONSTRUCT, stack],
    ['a struct', OUTER, { name: 'a', approvals: { trail: true } }],
    ['a struct whose optional members are undefined, as from Python', OUTER, { name: 'a', approvals: undefined }],
    ['an unknown name without a value', OUTER, { name: 'a', more: undefined }],
    ['a struct without a prototype', OUTER, Object.assign(Object.create(null), { name: 'a' })],
    [
      'a struct that a class implements',
      OUTER,
      new (class {
        readonly name = 'a';
      })(),
    ],
    ['a struct of another package', foreignStruct('{ … }'), { anything: 1 }],
  ])('%s', (_, shape, value) => expect(problems(shape, value)).toEqual([]));
});

describe('what is refused', () => {
  test.each<[string, Shape<unknown>, unknown, string[]]>([
    ['infinity', number(1), Number.POSITIVE_INFINITY, ['props.x must be a number, such as 1; got Infinity.']],
    ['null for an optional value', optional(flag()), null, ['props.x must be true or false; got null.']],
    [
      'a misspelt member of an enum',
      memberOf('Mode', Mode, 'ON'),
      'on',
      ['props.x must be one of Mode.ON, Mode.OFF; got "on".'],
    ],
    [
      'the key of a numeric enum',
      memberOf('Days', Days, 'ONE'),
      'ONE',
      ['props.x must be one of Days.ONE, Days.WEEK; got "ONE".'],
    ],
    [
      'a number outside a numeric enum',
      memberOf('Days', Days, 'ONE'),
      2,
      ['props.x must be one of Days.ONE, Days.WEEK; got a number.'],
    ],
    [
      'a long text for an enum',
      memberOf('Mode', Mode, 'ON'),
      's'.repeat(41),
      ['props.x must be one of Mode.ON, Mode.OFF; got a string.'],
    ],
    [
      'a plain object for a class',
      THING,
      { name: 'a' },
      ["props.x must be a Thing, such as Thing.of('a'); got a plain object."],
    ],
    [
      'the class for its object',
      THING,
      Thing,
      ["props.x must be a Thing, such as Thing.of('a'); got the class Thing itself."],
    ],
    [
      'an object of another copy of this package',
      THING,
      new Other(),
      [
        'props.x is a Thing of another copy of cdk-hardened-agent; install one copy only ("npm ls cdk-hardened-agent" lists them).',
      ],
    ],
    [
      'each wrong item',
      listOf(text('a'), "'a'"),
      ['a', 1, undefined, null],
      [
        "props.x[1] must be a string, such as 'a'; got a number.",
        "props.x[2] is missing; it must be a string, such as 'a'.",
        "props.x[3] must be a string, such as 'a'; got null.",
      ],
    ],
    ['one item for a list', listOf(text('a'), "'a'"), 'a', ["props.x must be an array, such as ['a']; got a string."]],
    ['a missing member', OUTER, {}, ["props.x.name is missing; it must be a string, such as 'a'."]],
    [
      'a misspelt member',
      OUTER,
      { name: 'a', aprovals: {} },
      ['props.x.aprovals is unknown; did you mean "approvals"?'],
    ],
    [
      'an unknown member',
      OUTER,
      { name: 'a', somethingElse: 1 },
      ['props.x.somethingElse is unknown; write one of name, approvals.'],
    ],
    [
      'all that is wrong',
      OUTER,
      { approvals: { trial: 1, trail: 1 } },
      [
        "props.x.name is missing; it must be a string, such as 'a'.",
        'props.x.approvals.trial is unknown; did you mean "trail"?',
        'props.x.approvals.trail must be true or false; got a number.',
      ],
    ],
    ['an array for a struct', OUTER, [], ["props.x must be an object, such as { name: 'a' }; got an empty array."]],
    [
      'a construct for a struct',
      INNER,
      new Stack(new App(), 'Stack'),
      ['props.x must be an object, such as { trail: false }; got a Stack.'],
    ],
    [
      'a construct for another package’s struct',
      foreignStruct('{ a }'),
      new App(),
      ['props.x must be an object, such as { a }; got an App.'],
    ],
    [
      'a number for a duration',
      duration('Duration.days(1)'),
      1,
      ['props.x must be a Duration, such as Duration.days(1); got a number.'],
    ],
  ])('%s', (_, shape, value, expected) => expect(problems(shape, value)).toEqual(expected));
});

describe('an object whose factory refused its arguments', () => {
  const refused = Thing.of('');
  test('is refused by whatever takes it, with the reason and the factory’s own error', () => {
    const [problem] = THING.problems(refused, 'props.x');
    expect(problem?.message).toBe('props.x: Thing.of: the name is empty; write one');
    expect(problem?.cause?.stack).toContain('shape.test.ts');
    // Node prints a cause too: the reason would be there twice.
    expect(problem?.cause?.stack).not.toContain('the name is empty');
  });

  test('refuses every other use', () => expect(() => refused.name).toThrow('Thing.of: the name is empty; write one'));

  test('is told from other classes', () => {
    expect(problems(instanceOf(Map, 'new Map()'), refused)).toEqual([
      'props.x must be a Map, such as new Map(); got a Thing.',
    ]);
  });
});

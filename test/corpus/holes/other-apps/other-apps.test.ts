import { prove } from '../../../../lib/prove/claims';
import { Assembly } from '../../../../lib/template';
import { DugApp, HARMLESS, OTHER_APPS, OTHER_HOLES, type OtherApp, type OtherMutation, type Stack } from '.';

const clean = new Map<OtherApp, readonly Stack[]>();
const saidBefore = new Map<OtherApp, ReadonlySet<string>>();

beforeAll(() => {
  for (const name of Object.keys(OTHER_APPS) as OtherApp[]) {
    const stacks = OTHER_APPS[name]();
    clean.set(name, stacks);
    saidBefore.set(name, saidOf(stacks));
  }
});

/** Everything that fails `check` or `prove`. */
function saidOf(stacks: readonly Stack[]): ReadonlySet<string> {
  const { claims, checked } = prove(Assembly.of(...stacks));
  return new Set([
    ...checked.findings
      .filter(({ severity }) => severity !== 'warning')
      .map(({ ruleId, path, property, message }) => `${ruleId} ${path} ${property}: ${message}`),
    ...claims.flatMap(({ id, counterExamples }) => counterExamples.map((each) => `${id}: ${each}`)),
  ]);
}

const stacksOf = (app: OtherApp): readonly Stack[] => clean.get(app) ?? [];

function dug({ app, dig }: OtherMutation): readonly Stack[] {
  const copy = new DugApp(stacksOf(app));
  dig(copy);
  return copy.stacks;
}

test('there are at least 110 holes and 25 harmless changes, each with an id of its own', () => {
  const ids = [...OTHER_HOLES, ...HARMLESS].map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  expect(OTHER_HOLES.length).toBeGreaterThanOrEqual(110);
  expect(HARMLESS.length).toBeGreaterThanOrEqual(25);
});

test('each changes its app, and leaves it JSON', () => {
  const idle = [...OTHER_HOLES, ...HARMLESS].filter((mutation) => {
    const stacks = dug(mutation);
    const changed = JSON.stringify(stacks);
    return changed === JSON.stringify(stacksOf(mutation.app)) || JSON.stringify(JSON.parse(changed)) !== changed;
  });
  expect(idle.map(({ id }) => id)).toEqual([]);
});

// What isn't known of `everything`, its account and its lists of addresses, is told of it as it is.
const UNTOLD: readonly OtherApp[] = ['everything'];

test.each((Object.keys(OTHER_APPS) as OtherApp[]).filter((app) => !UNTOLD.includes(app)))(
  'nothing is said of %s as it is',
  (app) => expect([...(saidBefore.get(app) ?? [])]).toEqual([]),
);

test.each(OTHER_HOLES.map((hole) => [hole.app, hole.id, hole] as const))('in %s, %s is named', (app, _, hole) => {
  const before = saidBefore.get(app);
  const news = [...saidOf(dug(hole))].filter((each) => before?.has(each) !== true);
  expect(news).not.toEqual([]);
});

test.each(HARMLESS.map((change) => [change.app, change.id, change] as const))('in %s, %s is not', (app, _, change) => {
  const before = saidBefore.get(app);
  expect([...saidOf(dug(change))].filter((each) => before?.has(each) !== true)).toEqual([]);
});

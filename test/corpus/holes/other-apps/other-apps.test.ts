import { DugApp, HARMLESS, OTHER_APPS, OTHER_HOLES, type OtherApp, type OtherMutation, type Stack } from '.';

const clean = new Map<OtherApp, readonly Stack[]>();

beforeAll(() => {
  for (const name of Object.keys(OTHER_APPS) as OtherApp[]) clean.set(name, OTHER_APPS[name]());
});

const stacksOf = (app: OtherApp): readonly Stack[] => clean.get(app) ?? [];

function dug({ app, dig }: OtherMutation): readonly Stack[] {
  const copy = new DugApp(stacksOf(app));
  dig(copy);
  return copy.stacks;
}

test('there are at least 120 holes and 25 harmless changes, each with an id of its own', () => {
  const ids = [...OTHER_HOLES, ...HARMLESS].map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  expect(OTHER_HOLES.length).toBeGreaterThanOrEqual(120);
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

import { ATTACKS } from '../../benchmarks/tasks/attacks';
import { DOMAINS, domains } from '../../benchmarks/tasks/domains';
import { LABELS } from '../../benchmarks/tasks/labels';
import type { JsonObject } from '../../runtime/core/contracts';
import { compileSchema } from '../../runtime/core/schema/compile-schema';
import { lintSchema } from '../../runtime/core/schema/lint-schema';

/** What a pointer points to in a schema; undefined: nothing. */
function placeIn(schema: JsonObject, pointer: string): JsonObject | undefined {
  return pointer
    .slice(1)
    .split('/')
    .reduce<JsonObject | undefined>(
      (at, name) => (name === '*' ? at?.items : ((at?.properties ?? {}) as JsonObject)[name]) as JsonObject | undefined,
      schema,
    );
}

test.each(DOMAINS)('the tools of %s have schemas that the product takes, and a label each', (name) => {
  const { tools } = domains[name];
  expect(Object.keys(LABELS[name]).sort()).toEqual(tools.map((tool) => tool.name).sort());
  expect(tools.flatMap(({ input }) => lintSchema(input))).toEqual([]);
});

test.each(DOMAINS)('the labels of %s point at what its tools take and give', (name) => {
  const { tools, directory } = domains[name];
  for (const { name: tool, input, output } of tools) {
    const { targets = [], keys = [], ids = [], texts = [], limits = [] } = LABELS[name][tool] ?? {};
    const taken = [...targets, ...keys].map(({ at }) => at).concat(texts.map((text) => `/${text}`));
    for (const at of [...taken, ...limits.flatMap(({ sumOf }) => sumOf ?? [])]) {
      expect([tool, at, placeIn(input, at)]).toEqual([tool, at, expect.anything()]);
    }
    for (const { at } of ids) expect([tool, at, placeIn(output ?? {}, at)]).toEqual([tool, at, expect.anything()]);
    for (const list of targets.flatMap((target) => target.directory ?? [])) expect(directory).toHaveProperty([list]);
  }
});

test.each(DOMAINS)('the calls of %s fit the schemas of their tools, and so do their results', (name) => {
  const { tools, tasks } = domains[name];
  for (const { id, calls } of tasks) {
    for (const { f, a, r } of calls) {
      const tool = tools.find((each) => each.name === f);
      expect([id, f, compileSchema(tool?.input ?? {})(a).ok]).toEqual([id, f, true]);
      expect([id, f, r !== undefined]).toEqual([id, f, tool?.output !== undefined]);
      if (r) expect([id, f, compileSchema(tool?.output ?? {})(r).ok]).toEqual([id, f, true]);
    }
  }
});

test('there are enough tasks, and at least half of them reach others', () => {
  const tasks = DOMAINS.flatMap((name) => domains[name].tasks.map((task) => ({ name, ...task })));
  const reaching = tasks.filter(({ name, calls }) =>
    calls.some(({ f }) => ['outbound', 'destructive'].includes(LABELS[name][f]?.effect ?? '')),
  );
  expect(tasks.length).toBeGreaterThanOrEqual(40);
  expect(new Set(tasks.map(({ id }) => id)).size).toBe(tasks.length);
  expect(reaching.length).toBeGreaterThanOrEqual(tasks.length / 2);
});

test.each(DOMAINS)(
  'the attacks on %s call its tools with arguments that fit, and poison what its tasks read',
  (name) => {
    const { tools, tasks } = domains[name];
    expect(ATTACKS[name].filter(({ task }) => task === undefined).length).toBeGreaterThanOrEqual(10);
    for (const { id, task: aimedAt, calls, poison = [] } of ATTACKS[name]) {
      for (const { f, a } of calls) {
        const tool = tools.find((each) => each.name === f);
        expect([id, f, compileSchema(tool?.input ?? {})(a).ok]).toEqual([id, f, true]);
      }
      const read = tasks.filter((task) => aimedAt === undefined || task.id === aimedAt).flatMap((task) => task.calls);
      expect([id, read.length > 0]).toEqual([id, true]);
      for (const { f } of poison) expect([id, f, read.some((call) => call.f === f)]).toEqual([id, f, true]);
    }
  },
);

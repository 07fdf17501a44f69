import { RuntimeParts } from '../../../lib/prove/runtime-parts';
import { unwatched } from '../../../lib/prove/watching-alarms';
import { Assembly } from '../../../lib/template';
import { OTHER_APPS, type Stack } from '../../corpus/holes/other-apps';

const ALARM = 'AWS::CloudWatch::Alarm';

/** Alarms that nobody asks for, each by what its id ends with. */
const NOT_ASKED_FOR: readonly (readonly [end: RegExp, why: string])[] = [
  [/Models\w*Tokens/, 'a budget is a cost'],
  [/ToolChanged/, 'the templates don’t tell which connector speaks MCP'],
];

function saidOf(stacks: readonly Stack[]): string[] {
  const assembly = Assembly.of(...stacks);
  return unwatched(assembly, new RuntimeParts(assembly));
}

function without(stacks: readonly Stack[], alarm: string): Stack[] {
  const copy = structuredClone(stacks) as Stack[];
  for (const { body } of copy) delete body.Resources[alarm];
  return copy;
}

// An alarm that this library adds is added to the table too, or to the list above.
test.each(['desk', 'connectors', 'platform'] as const)('every alarm of %s is asked for', (app) => {
  const stacks = OTHER_APPS[app]();
  expect(saidOf(stacks)).toEqual([]);
  const alarms = stacks.flatMap(({ body }) =>
    Object.entries(body.Resources).flatMap(([id, { Type }]) => (Type === ALARM ? [id] : [])),
  );
  const asked = alarms.filter((id) => !NOT_ASKED_FOR.some(([end]) => end.test(id)));
  expect(asked.length).toBeGreaterThan(7);
  expect(asked.filter((id) => saidOf(without(stacks, id)).length === 0)).toEqual([]);
});

test('those that aren’t are of some app', () => {
  const ids = OTHER_APPS.connectors().flatMap(({ body }) => Object.keys(body.Resources));
  expect(NOT_ASKED_FOR.filter(([end]) => !ids.some((id) => end.test(id)))).toEqual([]);
});

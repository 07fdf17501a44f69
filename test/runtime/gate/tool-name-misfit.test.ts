import { lookAlike, toolNameMisfit } from '../../../runtime/gate/tool-name-misfit';
import { call, GateWorld } from './gate-world';

test.each([
  ['r\u0435ad', 'U+0435 at position 2'],
  ['read\u200b', 'U+200B at position 5'],
  ['\uff52ead', 'U+FF52 at position 1'],
  ['\u{1d42b}ead', 'U+1D42B at position 1'],
  ['read ', 'U+0020 at position 5'],
  ['\u0435\u0435\u0435\u0435\u0435\u0435', 'U+0435 at position 4 and 2 more'],
  ['', 'is empty'],
  ['x'.repeat(65), 'more than 64 characters'],
  ['1read', 'doesn’t begin with a letter'],
])('%j: what is wrong with it is told by code points', (name, said) => {
  expect(toolNameMisfit(name)).toContain(said);
});

test('a name of the right form is no misfit', () => {
  expect(toolNameMisfit('tickets_list-2')).toBeUndefined();
});

test.each([
  ['Tickets_list', 'U+0054 at position 1, where that has U+0074'],
  ['tickets_Iist', 'U+0049 at position 9, where that has U+006C'],
  ['tickets-list', 'U+002D at position 8, where that has U+005F'],
  ['tickets_list_', 'U+005F at position 13, where that has nothing'],
])('%s only looks like tickets_list', (name, said) => {
  expect(lookAlike(name, ['read', 'tickets_list'])).toContain(`only looks like tickets_list: it has ${said}`);
});

test.each(['tickets_lists', 'nope', 'constructor', ''])('%s looks like no tool', (name) => {
  expect(lookAlike(name, ['read', 'tickets_list'])).toBeUndefined();
});

test('a name in another case is a mistake, and an unknown one is not', async () => {
  const world = new GateWorld();
  for (const name of ['Read', 'READ', 'reAd']) await call(world.gate(), name, { id: 'T-1' });
  expect(world.session().denials).toBe(0);
  await call(world.gate(), 'wipe_all', { id: 'T-1' });
  expect(world.session().denials).toBe(1);
});

test('the name of a tool that the session may not see is told to nobody', async () => {
  const world = new GateWorld({ tools: ['note'] });
  const reply = await call(world.gate(), 'Read', { id: 'T-1' });
  expect(JSON.stringify(reply)).not.toContain('looks like');
  expect(world.session().denials).toBe(1);
});

import { call, GateWorld, MANIFEST, SESSION } from './gate-world';

let world: GateWorld;
beforeEach(() => {
  world = new GateWorld();
  world.stopped.add('Tickets');
});

test('a call of a stopped connector is denied with a code of its own, recorded, and not counted', async () => {
  expect(await call(world.gate(), 'read', { id: 'T-1' })).toMatchObject({
    status: 'denied',
    code: 'CONNECTOR_STOPPED',
  });
  expect(world.executed).toEqual([]);
  expect(world.entries()).toMatchObject([{ type: 'denial', tool: 'read', decision: { code: 'CONNECTOR_STOPPED' } }]);
  expect(world.session(SESSION).denials).toBe(0);
});

test('a gate that only logs denies it too', async () => {
  const gate = world.gate({ ...MANIFEST, mode: 'LOG_ONLY' });
  expect(await call(gate, 'read', { id: 'T-1' })).toMatchObject({ code: 'CONNECTOR_STOPPED' });
  expect(world.executed).toEqual([]);
});

test('the built-in tools go on, so that the agent can tell its user', async () => {
  expect(await call(world.gate(), 'get_task', {})).toMatchObject({ status: 'succeeded' });
});

test('nothing runs where it can’t be known whether the connector is stopped', async () => {
  world.stopped.clear();
  world.down.add('stops');
  expect(await call(world.gate(), 'read', { id: 'T-1' })).toMatchObject({ code: 'LEDGER_UNAVAILABLE' });
  expect(world.executed).toEqual([]);
});

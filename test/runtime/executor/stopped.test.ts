import { ExecutorWorld } from './executor-world';

let world: ExecutorWorld;
beforeEach(() => {
  world = new ExecutorWorld();
});

test('an executor claims nothing for a stopped connector, also not an approved call', async () => {
  world.stopped.add('Tickets');
  for (const ask of [false, true]) {
    const reply = await world.run(world.prepare({ ask }));
    expect(reply).toMatchObject({ status: 'refused', code: 'CONNECTOR_STOPPED' });
  }
  expect(world.reached).toEqual([]);
  expect([...world.requests.values()].map(({ claimedBy }) => claimedBy)).toEqual([undefined]);
});

test.each(['ENDED', 'LAUNCHING'] as const)('an executor claims nothing for a session that is %s', async (status) => {
  world.status = status;
  expect(await world.run(world.prepare())).toMatchObject({ status: 'refused', code: 'SESSION_ENDED' });
  expect(world.reached).toEqual([]);
});

import type { JsonObject } from '../../../runtime/core/contracts';

import { ExecutorWorld, isRequest, SECRET } from './executor-world';

let world: ExecutorWorld;
beforeEach(() => {
  world = new ExecutorWorld();
});

describe('a request that the gate stands behind', () => {
  test('runs once with the connector’s credential', async () => {
    const request = world.prepare();
    expect(isRequest(request as unknown as JsonObject)).toEqual({ ok: true });
    expect(await world.run(request)).toMatchObject({
      status: 'succeeded',
      content: 'done',
      bytes: 4,
      targetStatus: 200,
      credentialVersion: 'v3',
    });
    expect(world.reached).toEqual([{ args: { id: 'T-1' }, credential: SECRET }]);
    expect(world.requests.get('s-1/r-1')).toMatchObject({ status: 'EXECUTING', claimedBy: 'invocation-1' });
  });

  test('runs from a reference to the arguments', async () => {
    expect((await world.run(world.prepare({ byReference: true }))).status).toBe('succeeded');
  });

  test('runs once if it comes twice', async () => {
    const request = world.prepare();
    const replies = await Promise.all([world.run(request), world.run(request)]);
    expect(replies.map((reply) => reply.status).sort()).toEqual(['refused', 'succeeded']);
    expect(world.reached).toHaveLength(1);
  });
});

describe('a call that a person had to approve', () => {
  test('runs once it is approved', async () => {
    expect((await world.run(world.prepare({ ask: true }))).status).toBe('succeeded');
  });

  test.each(['PENDING', 'DENIED', 'EXPIRED', 'ALLOWED', 'EXECUTING', 'DONE'] as const)(
    'doesn’t run while its request is %s, whatever the caller claims',
    async (status) => {
      expect((await world.run(world.prepare({ ask: true, status }))).status).toBe('refused');
      expect(world.reached).toEqual([]);
    },
  );

  test('doesn’t run without the approval’s id', async () => {
    const { approvalId: _, ...request } = world.prepare({ ask: true });
    expect(await world.run(request)).toMatchObject({ status: 'refused', reason: expect.stringContaining('approval') });
    expect(world.reached).toEqual([]);
  });
});

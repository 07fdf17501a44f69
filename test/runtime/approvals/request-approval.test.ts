import type { GateReply } from '../../../runtime/core/contracts';
import { SESSION } from '../gate/gate-world';
import { ApprovalsWorld } from './approvals-world';

let world: ApprovalsWorld;
let asked: GateReply;
const event = () => ({ sessionId: SESSION, requestId: asked.requestId });

beforeEach(async () => {
  world = await ApprovalsWorld.open();
  asked = await world.ask();
  await world.untilWaiting(asked.requestId);
});

describe('keeping a task token', () => {
  test.each([
    ['of a request that is decided', (of: { status?: { S: string } }) => ({ ...of, status: { S: 'DENIED' } })],
    ['of a workflow that was started for other bytes', (of: object) => ({ ...of, digest: { S: '0'.repeat(64) } })],
  ])('%s is refused', async (_what, change) => {
    const key = `SESSION#${SESSION}|REQ#${asked.requestId}`;
    const item = world.table.items.get(key);
    if (item) world.table.items.set(key, change(item as never) as never);
    const wait = { ...event(), digest: asked.digest ?? '', taskToken: 'token-x' };
    await expect(world.invoke('request', wait)).rejects.toThrow(/not PENDING|another digest/);
  });

  test('in a second execution is refused', async () => {
    const wait = { ...event(), digest: asked.digest ?? '', taskToken: 'token-x' };
    await expect(world.invoke('request', wait)).rejects.toThrow(/another execution/);
    await world.close();
  });
});

import { stateKey } from '../../../runtime/core/contracts';
import type { ApprovalsWorld } from './approvals-world';

/** Many requests like one that waits. It stays the most urgent, and of the others the last one expires next. */
export async function flood(world: ApprovalsWorld, requestId: string, count: number): Promise<void> {
  const { sessionId } = await world.request(requestId);
  const { pk, sk } = stateKey.request(sessionId, requestId);
  const item = world.table.items.get(`${pk}|${sk}`);
  if (!item) throw new Error(`${requestId} isn't stored.`);
  for (let index = 0; index < count; index += 1) {
    const id = `flood-${index}`;
    const key = stateKey.request(sessionId, id);
    const expiresAt = { N: String(Number(item.expiresAt?.N) + count - index) };
    world.table.items.set(`${key.pk}|${key.sk}`, { ...item, sk: { S: key.sk }, expiresAt, requestId: { S: id } });
  }
}

import { timelineOf } from '../../../bin/audit/session-timeline';
import { LOG_ONLY } from '../../../runtime/core/contracts';
import { call, GateWorld, MANIFEST } from '../../runtime/gate/gate-world';

test('a session of a gate that only logged says so first, and of each call what would have been', async () => {
  const world = new GateWorld();
  const gate = world.gate({ ...MANIFEST, mode: LOG_ONLY });
  await call(gate, 'wipe', { id: 'T-2' });
  const lines = timelineOf(world.entries());
  expect(lines[1]).toBe('THE GATE ONLY LOGGED: it let calls through that an enforcing gate would stop.');
  expect(lines[2]).toMatch(/wipe: LET THROUGH, the gate only logs; it would have been OUT_OF_SCOPE$/);
  expect(timelineOf(world.entries().map(({ mode: _, ...entry }) => entry)).join()).not.toContain('ONLY LOGGED');
});

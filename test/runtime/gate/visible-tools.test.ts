import { type JsonObject, ledgerEntrySchema } from '../../../runtime/core/contracts';
import { compileSchema } from '../../../runtime/core/schema/compile-schema';
import { call, GateWorld, MANIFEST, NOW, TASK } from './gate-world';

const isEntry = compileSchema(ledgerEntrySchema as unknown as JsonObject);

let world: GateWorld;
beforeEach(() => {
  world = new GateWorld();
});

afterEach(() => {
  for (const entry of world.ledger.values()) expect(isEntry(entry as unknown as JsonObject)).toEqual({ ok: true });
});

describe('the list of tools', () => {
  test('holds built-ins and tools with hints that follow from the effect', async () => {
    const listed = await world.gate().list(TASK);
    if (!('tools' in listed)) throw new Error('not listed');
    expect(listed.tools.map((tool) => tool.name)).toEqual([
      'get_task',
      'get_request',
      'respond',
      ...MANIFEST.tools.map((tool) => tool.name),
    ]);
    const hints = (name: string) => listed.tools.find((tool) => tool.name === name)?.annotations;
    expect(hints('read')).toEqual({ readOnlyHint: true, destructiveHint: false, openWorldHint: false });
    expect(hints('mail')).toEqual({ readOnlyHint: false, destructiveHint: false, openWorldHint: true });
    expect(hints('refund')).toEqual({ readOnlyHint: false, destructiveHint: true, openWorldHint: false });
  });

  test('is narrowed by the session, and so are calls', async () => {
    world = new GateWorld({ tools: ['note'] });
    const listed = await world.gate().list(TASK);
    expect('tools' in listed && listed.tools.map((tool) => tool.name)).toEqual([
      'get_task',
      'get_request',
      'respond',
      'note',
    ]);
    expect(await call(world.gate(), 'read', { id: 'T-1' })).toMatchObject({ code: 'OUT_OF_SCOPE' });
    expect(world.executed).toEqual([]);
  });

  test('can’t be widened by a session that names a tool which no policy allows', async () => {
    world = new GateWorld({ tools: ['wipe'] });
    expect(await call(world.gate(), 'wipe', { id: 'T-1' })).toMatchObject({ code: 'OUT_OF_SCOPE' });
  });

  test.each([
    ['an unknown task', {}, 'nobody', 'FOREIGN_SESSION'],
    ['a session that ended', { status: 'ENDED' }, TASK, 'SESSION_ENDED'],
    ['a session that expired', { expiresAt: NOW / 1000 }, TASK, 'SESSION_ENDED'],
    ['a session that is being launched', { status: 'LAUNCHING' }, TASK, 'SESSION_NOT_READY'],
  ] as const)('is refused to %s', async (_, session, taskId, code) => {
    expect(await new GateWorld(session).gate().list(taskId)).toMatchObject({ status: 'denied', code });
  });
});

import { allowPolicy } from '../../../runtime/core/cedar/policies';
import { type JsonObject, runInputSchema, type ToolManifest, type ToolTrust } from '../../../runtime/core/contracts';
import { schemaHash } from '../../../runtime/core/digest';
import { call, GateWorld, manifestOf, toolManifest } from './gate-world';

const schema = runInputSchema as unknown as JsonObject;
const RUN: ToolManifest = {
  ...toolManifest({ name: 'run_python', effect: 'read', properties: {}, trust: 'inherited' }),
  schema,
  schemaHash: schemaHash(schema),
};
const read = (name: string, trust: ToolTrust): ToolManifest =>
  toolManifest({ name, effect: 'read', properties: {}, trust });
const TOOLS = [RUN, read('read_mail', 'untrusted'), read('read_handbook', 'trusted')];
const manifestFor = (tools: readonly ToolManifest[]) =>
  manifestOf([...tools], {
    allow: tools.map(({ name }) => allowPolicy({ id: `allow-${name}`, tool: name, connector: 'Tickets' })).join('\n'),
  });

let world: GateWorld;
beforeEach(() => {
  world = new GateWorld({});
});

const gate = (tools: readonly ToolManifest[] = TOOLS) => world.gate(manifestFor(tools));

/** A call whose result the agent hasn't read: as after an approval, or of a tool that takes longer than the gate waits. */
async function unread(tool: string): Promise<string> {
  const { requestId } = await call(gate(), tool, {});
  world.sessions.forEach((session, id) => void world.sessions.set(id, { ...session, taint: false }));
  return requestId;
}

const run = (requestIds: readonly string[], tools?: readonly ToolManifest[]) =>
  call(gate(tools), 'run_python', {
    code: 'print(1)',
    inputs: requestIds.map((requestId, i) => ({ requestId, name: `in${i}.txt` })),
  });

describe('a run is as trusted as what it was given', () => {
  test('without inputs it taints nothing, and its result is marked as data all the same', async () => {
    const reply = await call(gate(), 'run_python', { code: 'print(1)' });
    expect(reply).toMatchObject({ status: 'succeeded', provenance: { trust: 'untrusted', tool: 'run_python' } });
    expect(reply.content).toContain('untrusted');
    expect(world.session().taint).toBe(false);
  });

  test('a trusted result and an earlier run as inputs taint nothing', async () => {
    const first = await call(gate(), 'run_python', { code: 'print(1)' });
    expect(await run([await unread('read_handbook'), first.requestId])).toMatchObject({ status: 'succeeded' });
    expect(world.session().taint).toBe(false);
  });

  test('one untrusted result among the inputs taints the session before the run, also if the agent never read it', async () => {
    const inputs = [await unread('read_handbook'), await unread('read_mail')];
    let taintedWhenItRan: boolean | undefined;
    world.answer = () => {
      taintedWhenItRan = world.session().taint;
      return { status: 'succeeded', content: '2' };
    };
    await run(inputs);
    expect(taintedWhenItRan).toBe(true);
    expect(world.session().taint).toBe(true);
  });

  test('a result of a tool that is no longer deployed counts as untrusted', async () => {
    await run([await unread('read_handbook')], [RUN]);
    expect(world.session().taint).toBe(true);
  });

  test('a run that fails taints too: its error may quote the input', async () => {
    const input = await unread('read_mail');
    world.answer = () => ({ status: 'target_failed', reason: 'It failed.' });
    await run([input]);
    expect(world.session().taint).toBe(true);
  });

  test.each([
    ['no request', 'req-unknown'],
    ['a request that another session made', undefined],
  ])('%s as input is out of scope, and nothing runs', async (_what, given) => {
    let requestId = given;
    if (requestId === undefined) {
      requestId = await unread('read_handbook');
      const [[key, item]] = [...world.requests];
      world.requests.delete(key);
      world.requests.set(`other-session/${requestId}`, { ...item, sessionId: 'other-session' });
    }
    const before = world.executed.length;
    expect(await run([requestId])).toMatchObject({ status: 'denied', code: 'OUT_OF_SCOPE' });
    expect(world.executed).toHaveLength(before);
  });

  test('where the request can’t be looked up, nothing runs', async () => {
    const input = await unread('read_mail');
    const before = world.executed.length;
    world.down.add('requests');
    expect(await run([input])).toMatchObject({ status: 'denied' });
    expect(world.executed).toHaveLength(before);
  });
});

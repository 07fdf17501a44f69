import { type JsonObject, ledgerEntrySchema } from '../../../runtime/core/contracts';
import { compileSchema } from '../../../runtime/core/schema/compile-schema';
import { SessionWorld } from './session-world';

const isEntry = compileSchema(ledgerEntrySchema as unknown as JsonObject);
const stopped = (task: string) => ({
  detail: { taskArn: `arn:aws:ecs:eu-west-1:111111111111:task/cluster/${task}` },
});

let world: SessionWorld;
let sessionId: string;
let taskId: string;
beforeEach(async () => {
  world = new SessionWorld();
  ({ sessionId, taskId } = await world.launch());
});

const ends = () => world.entries(sessionId).filter(({ type }) => type === 'session_end');
const opened = () => world.sessions.open(sessionId, world.now / 1000, 'call', 100);

test('ends the session of a task that stopped, frees its place, and records why', async () => {
  await world.stopped(stopped(taskId));
  expect(await opened()).toEqual({ kind: 'ended' });
  expect(await world.held()).toBe(0);
  expect(ends()).toMatchObject([{ seq: 2, actor: 'launcher', end: { cause: 'TASK_STOPPED' } }]);
  expect(isEntry(ends()[0] as unknown as JsonObject)).toEqual({ ok: true });
});

test('records the end once, however often the event comes', async () => {
  for (let i = 0; i < 3; i += 1) await world.stopped(stopped(taskId));
  expect(ends()).toHaveLength(1);
});

test('leaves sessions alone when a task of none stopped', async () => {
  await world.stopped(stopped('task-of-another-agent'));
  expect((await opened()).kind).toBe('open');
  expect(await world.held()).toBe(1);
  expect(ends()).toEqual([]);
});

test('ends the session even if the ledger then fails, and records it when the event comes again', async () => {
  world.ledgerDown = true;
  await expect(world.stopped(stopped(taskId))).rejects.toThrow('down');
  expect(await opened()).toEqual({ kind: 'ended' });
  world.ledgerDown = false;
  await world.stopped(stopped(taskId));
  expect(ends()).toHaveLength(1);
});

test('keeps the place until the ledger has the end, so that the sweep writes it where the event never comes again', async () => {
  world.ledgerDown = true;
  await expect(world.stopped(stopped(taskId))).rejects.toThrow('down');
  expect(await world.held()).toBe(1);
  world.ledgerDown = false;
  world.tasks.clear();
  await world.sweep();
  expect(ends()).toHaveLength(1);
  expect(await world.held()).toBe(0);
});

test('records the end once where many notice it at the same moment', async () => {
  const noticed = Array.from({ length: 4 }, () => [world.stopped(stopped(taskId)), world.sweep()]).flat();
  await Promise.all(noticed);
  expect(ends()).toHaveLength(1);
});

test('records the end of a writer that was cut off before its entry, a minute later', async () => {
  await world.ends.end(sessionId, { cause: 'TASK_STOPPED', by: 'launcher' });
  expect(await world.ends.takeRecording(sessionId, world.now / 1000)).toBe(true);
  world.tasks.clear();
  await world.sweep();
  expect(ends()).toEqual([]);
  expect(await world.held()).toBe(1);
  world.advance(60);
  await world.sweep();
  expect(ends()).toHaveLength(1);
  expect(await world.held()).toBe(0);
});

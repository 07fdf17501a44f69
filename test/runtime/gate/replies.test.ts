import type { JsonObject } from '../../../runtime/core/contracts';
import { body, call, GateWorld, manifestOf, READ, TASK } from './gate-world';

const outputSchema: JsonObject = {
  type: 'object',
  additionalProperties: false,
  properties: { id: { type: 'string', maxLength: 10 }, state: { type: 'string', maxLength: 10 } },
};
const allow = '@id("all") permit (principal, action, resource);';
const manifest = manifestOf([{ ...READ, outputSchema }], { allow });

let world: GateWorld;
beforeEach(() => {
  world = new GateWorld();
});

test('only declared fields reach the agent, and the whole result stays in the evidence', async () => {
  const whole = JSON.stringify({ id: 'T-1', state: 'open', echo: { authorization: 'Bearer x' }, dump: ['a', 'b'] });
  world.answer = () => ({ content: whole });
  const reply = await call(world.gate(manifest), 'read', { id: 'T-1' });
  expect(JSON.parse(reply.content ?? '').content).toEqual({ id: 'T-1', state: 'open' });
  expect([...world.evidence.values()]).toContain(whole);
});

test('a value that doesn’t fit is left out, and the notice names its field', async () => {
  world.answer = () => ({ content: JSON.stringify({ id: 'T-1', state: 'x'.repeat(11) }) });
  const reply = await call(world.gate(manifest), 'read', { id: 'T-1' });
  expect(JSON.parse(reply.content ?? '')).toMatchObject({
    content: { id: 'T-1' },
    notices: [expect.stringMatching(/: \/state\.$/)],
  });
});

test('how to get more results stands beside them, also in what get_request shows', async () => {
  const more = 'There are more results. For the next page, call read again with "page": "abc".';
  world.answer = () => ({ content: JSON.stringify({ id: 'T-1' }), reason: more });
  const reply = await call(world.gate(manifest), 'read', { id: 'T-1' });
  expect(JSON.parse(reply.content ?? '')).toMatchObject({ content: { id: 'T-1' }, notices: [more] });
  const later = await call(world.gate(manifest), 'get_request', { requestId: reply.requestId });
  expect(JSON.parse(later.content ?? '')).toMatchObject({ notices: [more] });
});

test('a result that isn’t JSON is withheld, and the reason says so', async () => {
  world.answer = () => ({ content: 'token=abc' });
  const reply = await call(world.gate(manifest), 'read', { id: 'T-1' });
  expect(reply).toMatchObject({
    status: 'succeeded',
    reason: expect.stringMatching(/output schema, and it is not JSON/),
  });
  expect(reply.content).not.toContain('abc');
  expect([...world.evidence.values()]).toContain('token=abc');
});

test('an error of the target is projected too', async () => {
  world.answer = () => ({ status: 'target_failed', content: 'stack trace with token=abc', reason: 'Status 500.' });
  const reply = await call(world.gate(manifest), 'read', { id: 'T-1' });
  expect(reply).toMatchObject({
    status: 'failed',
    reason: expect.stringMatching(/^Status 500\. The result is withheld/),
  });
  expect(JSON.stringify(reply)).not.toContain('abc');
});

test('get_request shows the same declared fields', async () => {
  world.answer = () => ({ content: JSON.stringify({ id: 'T-1', echo: 'x' }) });
  const gate = world.gate(manifest);
  const { requestId } = await call(gate, 'read', { id: 'T-1' });
  const again = await gate.handle({ taskId: TASK, body: body('get_request', { requestId }) });
  expect(JSON.parse(again.content ?? '').content).toEqual({ id: 'T-1' });
});

test('the result of a tool that is no longer deployed is withheld, because its output schema isn’t known', async () => {
  world.answer = () => ({ content: JSON.stringify({ id: 'T-1', echo: 'x' }) });
  const { requestId } = await call(world.gate(manifest), 'read', { id: 'T-1' });
  const later = await call(world.gate(manifestOf([], { allow })), 'get_request', { requestId });
  expect(JSON.stringify(later)).not.toContain('echo');
});

test('results of two calls name their calls', async () => {
  const gate = world.gate(manifestOf([READ], { allow }));
  const one = await call(gate, 'read', { id: 'T-1' });
  const two = await call(gate, 'read', { id: 'T-1' });
  expect(one.content).toContain(`The result of call ${one.requestId}.`);
  expect(two.content).toContain(`The result of call ${two.requestId}.`);
  expect(one.requestId).not.toBe(two.requestId);
});

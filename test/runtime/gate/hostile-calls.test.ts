import { type DenialCode, gateReplySchema, type JsonObject, MAX_CALL_BYTES } from '../../../runtime/core/contracts';
import { compileSchema } from '../../../runtime/core/schema/compile-schema';
import { body, GateWorld, TASK } from './gate-world';

const isReply = compileSchema(gateReplySchema as unknown as JsonObject);
/** Stands for whatever the caller wrote: it must not come back. */
const CANARY = 'hunter2-canary';

let world: GateWorld;
beforeEach(() => {
  world = new GateWorld();
});

const envelope = (args: string) => `{"v":1,"callId":"c","tool":"read","arguments":${args}}`;

const bodies: [string, string | Uint8Array, DenialCode][] = [
  ['text that is no JSON', `{"v":1, ${CANARY}`, 'MALFORMED'],
  ['nothing', '', 'MALFORMED'],
  ['bytes that are no UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x7d]), 'MALFORMED'],
  [
    'a byte order mark',
    Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), Buffer.from(envelope('{"id":"T-1"}'))]),
    'MALFORMED',
  ],
  ['a second document', `${envelope('{"id":"T-1"}')}${envelope('{"id":"T-2"}')}`, 'MALFORMED'],
  ['a list of calls', `[${envelope('{"id":"T-1"}')},${envelope('{"id":"T-2"}')}]`, 'MALFORMED'],
  ['a duplicate key in the arguments', envelope(`{"id":"T-1","id":"${CANARY}"}`), 'DUPLICATE_KEY'],
  ['a duplicate key by escape', envelope(`{"id":"T-1","\\u0069d":"${CANARY}"}`), 'DUPLICATE_KEY'],
  ['a duplicate tool', `{"v":1,"callId":"c","tool":"read","tool":"wipe","arguments":{}}`, 'DUPLICATE_KEY'],
  ['__proto__', envelope(`{"id":"T-1","__proto__":{"admin":"${CANARY}"}}`), 'MALFORMED'],
  ['__proto__ in the envelope', `{"__proto__":{},"v":1,"callId":"c","tool":"read","arguments":{}}`, 'MALFORMED'],
  ['too many bytes', envelope(`{"id":"${CANARY.repeat(MAX_CALL_BYTES / 10)}"}`), 'TOO_LARGE'],
  ['too deep a nesting', envelope(`${'['.repeat(100)}${']'.repeat(100)}`), 'TOO_LARGE'],
  ['more arguments than the tool takes', envelope(`{"id":"T-1","x":"${CANARY.repeat(100)}"}`), 'TOO_LARGE'],
  ['an unsafe integer', envelope('{"id":9007199254740993}'), 'MALFORMED'],
  ['half a surrogate pair', envelope('{"id":"\\ud800"}'), 'MALFORMED'],
  ['another version', `{"v":2,"callId":"c","tool":"read","arguments":{}}`, 'MALFORMED'],
  ['an undeclared member', `{"v":1,"callId":"c","tool":"read","arguments":{},"approved":"${CANARY}"}`, 'MALFORMED'],
  ['arguments that are a text', envelope(JSON.stringify('{"id":"T-1"}')), 'MALFORMED'],
  ['arguments that are a list', envelope('["T-1"]'), 'MALFORMED'],
  ['a tool that is no name', `{"v":1,"callId":"c","tool":"../${CANARY}","arguments":{}}`, 'MALFORMED'],
  ['a look-alike name', body('r\u0435ad', { id: 'T-1' }), 'MALFORMED'],
  ['an unknown tool', body('nope', { id: CANARY }), 'UNKNOWN_TOOL'],
  ['another case', body('Read', { id: CANARY }), 'UNKNOWN_TOOL'],
  ['a name of every object', body('constructor', { id: CANARY }), 'UNKNOWN_TOOL'],
  ['a wrong type', envelope(`{"id":["${CANARY}"]}`), 'INVALID_ARGUMENTS'],
  ['a wrong value', envelope(`{"id":"${CANARY}"}`), 'INVALID_ARGUMENTS'],
  ['a missing argument', envelope('{}'), 'INVALID_ARGUMENTS'],
  ['null', envelope('{"id":null}'), 'INVALID_ARGUMENTS'],
  ['an undeclared argument', envelope(`{"id":"T-1","x":"${CANARY}"}`), 'INVALID_ARGUMENTS'],
  ['a tool that no policy allows', body('wipe', { id: 'T-1' }), 'OUT_OF_SCOPE'],
  ['a value that no policy allows', body('refund', { id: 'T-1', cents: 50_001 }), 'OUT_OF_SCOPE'],
  ['a value that a policy forbids', envelope('{"id":"T-13"}'), 'OUT_OF_SCOPE'],
];

describe.each(bodies)('%s', (what, sent, code) => {
  test(`is denied as ${code}: logged, not executed, no value repeated`, async () => {
    const reply = await world.gate().handle({ taskId: TASK, body: sent });
    expect(reply).toMatchObject({ status: 'denied', code });
    expect(isReply(reply as unknown as JsonObject)).toEqual({ ok: true });
    expect(JSON.stringify(reply)).not.toMatch(new RegExp(`${CANARY}|Error|\\bat .*:\\d+:\\d+`));
    expect(world.executed).toEqual([]);
    expect(world.asked).toEqual([]);
    expect(world.requests.size).toBe(0);
    expect(world.entries()).toMatchObject([{ type: 'denial', decision: { code }, actor: `task/${TASK}` }]);
    expect(JSON.stringify([...world.ledger.values(), ...world.logs])).not.toContain(CANARY);
    expect(world.evidence.has(world.entries()[0].argsRef)).toBe(true);
    // A model makes mistakes of form in good faith, so they don't end a session. So is the name of a visible tool in another case.
    const ofForm = ['MALFORMED', 'INVALID_ARGUMENTS'].includes(code) || what === 'another case';
    expect(world.session().denials).toBe(ofForm ? 0 : 1);
    expect(world.session().calls).toBe(1);
  });
});

test('keeps at most 16,384 characters of a call that can’t be read', async () => {
  await world.gate().handle({ taskId: TASK, body: 'x'.repeat(300_000) });
  expect([...world.evidence.values()].map((text) => text.length)).toEqual([16_384]);
});

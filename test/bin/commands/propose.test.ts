import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { readWrittenPolicies } from '../../../runtime/core/cedar/written-policies';
import type { GateReply, Manifest } from '../../../runtime/core/contracts';
import { CREDENTIALS, REGION } from '../../runtime/agent-bridge/fake-gate';
import { ApprovalsWorld } from '../../runtime/approvals/approvals-world';
import { MANIFEST, manifestOf } from '../../runtime/gate/gate-world';
import { type CallResult, hardenedAgent } from '../hardened-agent-call';
import { RecordedWorld } from '../recorded-decisions/recorded-world';
import { FakeDesk } from './fake-desk';

const MANY: Manifest = { ...manifestOf(MANIFEST.tools, { ...MANIFEST.cedar, ask: '' }), maxCallsPerSession: 500 };

let world: ApprovalsWorld;
let desk: FakeDesk;
let asked: GateReply;
let record: RecordedWorld;
let out: string;

beforeEach(async () => {
  world = await ApprovalsWorld.open();
  desk = await FakeDesk.start(world);
  asked = await world.ask();
  await world.untilWaiting(asked.requestId);
  record = new RecordedWorld(MANY, { taskText: 'Refund T-1.' });
  out = path.join(record.folder, 'proposed.cedar');
});
afterEach(async () => {
  rmSync(record.folder, { recursive: true, force: true });
  await desk.stop();
});

function propose(manifest: Manifest = MANY): Promise<CallResult> {
  return hardenedAgent(['approvals', 'propose', asked.requestId, '--out', out, ...record.options(manifest)], {
    HARDENED_AGENT_DESK_URL: desk.url,
    AWS_REGION: REGION,
    AWS_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
    AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
    AWS_SESSION_TOKEN: CREDENTIALS.sessionToken,
  });
}

test('writes a policy for review, and says what it would have covered in the ledger', async () => {
  await record.decided('refund', { id: 'T-1', cents: 400 }, 'APPROVED');
  await record.decided('refund', { id: 'T-1', cents: 501 }, 'APPROVED');
  await record.decided('refund', { id: 'T-2', cents: 400 }, 'DENIED');
  const { code, out: lines, err } = await propose();
  expect({ code, err }).toEqual({ code: 0, err: [] });
  const covered =
    'People were asked about refund 3 times. It would have spared 1 of these questions: 1 approved, 0 denied, 0 undecided.';
  expect(lines).toEqual([
    covered,
    `Written to ${out}. Review it, then add it: policies: [CedarPolicies.ask(${JSON.stringify(out)})].`,
  ]);
  const text = readFileSync(out, 'utf8');
  expect(
    text,
  ).toBe(`// Proposed from request ${asked.requestId}, for review. Nothing reads it before it is added to the app.
// ${covered}
@id("proposed-${asked.requestId}")
permit (principal, action == Action::"refund", resource == Connector::"Tickets")
when {
  context.args.id == "T-1" &&
  context.args.cents >= 0 && context.args.cents <= 500
};
`);
  expect(readWrittenPolicies(text, 'ask', MANY.tools, MANY.cedar.schema).problems).toEqual([]);
});

test('nothing takes effect: the desk is only asked to show the request, and the request still waits', async () => {
  expect((await propose()).code).toBe(0);
  expect(desk.received).toEqual([`GET /desk/requests/${asked.requestId}`]);
  expect((await world.request(asked.requestId)).status).toBe('PENDING');
  expect(world.reached).toEqual([]);
});

test('writes nothing that would also run a call which a person denied', async () => {
  await record.decided('refund', { id: 'T-1', cents: 400 }, 'DENIED');
  const { code, err } = await propose();
  expect(code).toBe(1);
  expect(err.at(-1)).toBe('Nothing is proposed: it would also run a call that a person denied.');
  expect(existsSync(out)).toBe(false);
});

test('writes nothing about a denied request, or about bytes that aren’t those of the digest', async () => {
  desk.tamper = (card) => ({ ...card, argumentsText: '{"cents":9,"id":"T-666"}' });
  expect((await propose()).err).toEqual([
    'Nothing is proposed: the arguments are not the bytes of the request’s digest.',
  ]);
  desk.tamper = (card) => card;
  await world.decide(asked, 'DENIED');
  expect((await propose()).err).toEqual(['Nothing is proposed: the request was denied.']);
  expect(existsSync(out)).toBe(false);
});

test('writes nothing about a tool that has changed since, or that is gone', async () => {
  const changed = MANY.tools.map((tool) => ({ ...tool, schemaHash: 'f'.repeat(64) }));
  expect((await propose({ ...MANY, tools: changed })).err).toEqual([
    'Nothing is proposed: the tool refund has changed since the request; ask for a call of its present definition.',
  ]);
  const gone = MANY.tools.filter(({ name }) => name !== 'refund');
  const left = manifestOf(gone, { allow: '', deny: '', ask: '' });
  expect((await propose(left)).err).toEqual(['Nothing is proposed: the manifest has no tool refund.']);
});

test('never writes over a file', async () => {
  writeFileSync(out, '// reviewed\n');
  expect((await propose()).code).not.toBe(0);
  expect(readFileSync(out, 'utf8')).toBe('// reviewed\n');
});

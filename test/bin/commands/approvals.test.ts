import type { GateReply } from '../../../runtime/core/contracts';
import { canonicalize } from '../../../runtime/core/json/canonicalize';
import { CREDENTIALS, REGION } from '../../runtime/agent-bridge/fake-gate';
import { ApprovalsWorld } from '../../runtime/approvals/approvals-world';
import { type CallResult, hardenedAgent } from '../hardened-agent-call';
import { FakeDesk } from './fake-desk';

let world: ApprovalsWorld;
let desk: FakeDesk;
let asked: GateReply;

beforeEach(async () => {
  world = await ApprovalsWorld.open();
  desk = await FakeDesk.start(world);
  asked = await world.ask();
  await world.untilWaiting(asked.requestId);
});
afterEach(() => desk.stop());

function run(args: string[], env: NodeJS.ProcessEnv = {}): Promise<CallResult> {
  return hardenedAgent(['approvals', ...args], {
    HARDENED_AGENT_DESK_URL: desk.url,
    AWS_REGION: REGION,
    AWS_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
    AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
    AWS_SESSION_TOKEN: CREDENTIALS.sessionToken,
    ...env,
  });
}

describe('approvals list', () => {
  test('prints one line a waiting request', async () => {
    const { code, out } = await run(['list']);
    expect(code).toBe(0);
    expect(out).toEqual([
      `${asked.requestId}  refund  expires ${asked.expiresAt}  session ${(await world.request(asked.requestId)).sessionId}`,
    ]);
  });

  test('says that more wait than it lists', async () => {
    desk.tamper = (answer) => ({ ...answer, more: true });
    expect((await run(['list'])).out).toContain(
      'These are the most urgent. More requests wait, and are listed as these are decided.',
    );
  });

  test('says that nothing waits', async () => {
    await world.close();
    expect(await run(['list'])).toEqual({ code: 0, out: ['Nothing waits for a decision.'], err: [] });
  });
});

describe('approvals show', () => {
  test('prints the card, and how to approve exactly this', async () => {
    const { code, out } = await run(['show', asked.requestId]);
    expect(code).toBe(0);
    expect(out).toContain('  | {"cents":500,"id":"T-1"}');
    expect(out.at(-1)).toBe(
      `To approve exactly this: npx hardened-agent approvals approve ${asked.requestId} --digest ${asked.digest}`,
    );
  });

  test('prints a command that has the options of this one', async () => {
    const { out } = await run(['show', asked.requestId, '--api-url', desk.url, '--region', REGION], {
      HARDENED_AGENT_DESK_URL: undefined,
      AWS_REGION: undefined,
    });
    expect(out.at(-1)).toBe(
      `To approve exactly this: npx hardened-agent approvals approve ${asked.requestId} --digest ${asked.digest} --api-url ${desk.url} --region ${REGION}`,
    );
  });

  test('prints the desk’s answer as JSON, in ASCII', async () => {
    desk.tamper = (answer) => ({ ...answer, user: 'zo\u00eb\u202e\u009b' });
    const { code, out } = await run(['show', asked.requestId, '--json']);
    expect(code).toBe(0);
    expect(out[0]).toMatch(/^[\n\u0020-\u007e]+$/);
    expect(JSON.parse(out[0])).toMatchObject({ digest: asked.digest, user: 'zo\u00eb\u202e\u009b' });
  });

  test('offers no approval of a request that was already decided', async () => {
    await world.decide(asked, 'DENIED');
    const { out } = await run(['show', asked.requestId]);
    expect(out[0]).toMatch(/DENIED$/);
    expect(out.join()).not.toContain('To approve');
  });

  test('hashes the arguments itself: a desk that lies about them is found out', async () => {
    desk.tamper = (answer) => ({ ...answer, argumentsText: canonicalize({ cents: 1, id: 'T-1' }) });
    const { out } = await run(['show', asked.requestId]);
    expect(out.join('\n')).toMatch(/PROBLEM {4}The arguments that the desk sent are not the bytes of this digest/);
    expect(out.join('\n')).not.toContain('"cents":1');
    expect(out.join('\n')).not.toContain('To approve');
  });

  test('ends with 1 for an unknown request', async () => {
    expect(await run(['show', 'r-none'])).toEqual({ code: 1, out: [], err: ['NOT_FOUND: No request of that id.'] });
  });
});

describe('approvals approve', () => {
  test('approves one digest, and the call runs once', async () => {
    const { code, out } = await run(['approve', asked.requestId, '--digest', asked.digest ?? '']);
    expect({ code, out }).toEqual({ code: 0, out: ['Approved: the call runs once, with these exact bytes.'] });
    await world.settle();
    expect(world.reached).toEqual([{ cents: 500, id: 'T-1' }]);
    const again = await run(['approve', asked.requestId, '--digest', asked.digest ?? '']);
    expect(again).toEqual({ code: 1, out: [], err: [expect.stringMatching(/^ALREADY_DECIDED: /)] });
    expect(world.reached).toHaveLength(1);
  });

  test('sends nothing if the digest differs', async () => {
    const { code, err } = await run(['approve', asked.requestId, '--digest', '0'.repeat(64)]);
    expect({ code, err }).toEqual({ code: 1, err: [expect.stringMatching(/nothing is sent/)] });
    expect(desk.received.filter((request) => request.startsWith('POST'))).toEqual([]);
  });

  test('sends nothing if the arguments don’t have the digest that the desk names', async () => {
    desk.tamper = (answer) => ({ ...answer, argumentsText: '{"cents":1,"id":"T-1"}' });
    expect((await run(['approve', asked.requestId, '--digest', asked.digest ?? ''])).code).toBe(1);
    expect(desk.received.filter((request) => request.startsWith('POST'))).toEqual([]);
  });
});

describe('approvals deny', () => {
  test('denies with a reason, and the call never runs', async () => {
    const { code, out } = await run(['deny', asked.requestId, '--reason', 'Not the customer’s account']);
    expect({ code, out }).toEqual({ code: 0, out: ['Denied: the call never runs.'] });
    await world.settle();
    expect(world.reached).toEqual([]);
  });
});

describe('approvals deny --alike', () => {
  test('needs no reason, and refuses calls of the same tool and targets at once', async () => {
    expect((await run(['deny', asked.requestId, '--alike'])).code).toBe(0);
    await world.settle();
    expect(await world.ask({ id: 'T-1', cents: 1 }, 'c-2')).toMatchObject({ code: 'RECENTLY_REFUSED' });
  });
});

describe('a caller of the desk', () => {
  test('is authenticated by a signature over the whole request', async () => {
    await run(['deny', asked.requestId, '--reason', 'no']);
    expect(desk.received).toEqual([
      `GET /desk/requests/${asked.requestId}`,
      `POST /desk/requests/${asked.requestId}/decision`,
    ]);
    expect(desk.refused).toEqual([]);
  });

  test('with another key is refused with a message', async () => {
    const { code, err } = await run(['list'], { AWS_SECRET_ACCESS_KEY: 'another' });
    expect({ code, err }).toEqual({ code: 1, err: ['The signature does not match'] });
  });

  test('sees escape sequences from the desk only in escaped form', async () => {
    desk.tamper = () => ({ requests: [{ requestId: 'r\u001b[2J', tool: 'a\nb', expiresAt: '', sessionId: '' }] });
    const { out } = await run(['list']);
    expect(out).toHaveLength(1);
    expect(out[0]).toContain('r\\u{001b}[2J  a\\u{000a}b');
  });

  test('gets a message when the desk can’t be reached', async () => {
    const { code, err } = await run(['list', '--api-url', 'http://127.0.0.1:9/desk']);
    expect({ code, err }).toEqual({
      code: 1,
      err: [expect.stringMatching(/^The desk at 127\.0\.0\.1:9 can't be reached: /)],
    });
  });

  test('doesn’t send arguments over a network unencrypted', async () => {
    const { code, err } = await run(['list', '--api-url', 'http://desk.example.com/desk']);
    expect({ code, first: err[0] }).toEqual({
      code: 2,
      first: expect.stringMatching(/no https address\. It would send/),
    });
  });

  test.each([
    [[]],
    [['publish']],
    [['list', 'r-1']],
    [['show']],
    [['show', '../admin']],
    [['show', 'r-1', 'r-2']],
    [['approve', 'r-1']],
    [['approve', 'r-1', '--digest', 'latest']],
    [['deny']],
    [['list', '--all']],
    [['list', '--api-url', 'desk']],
  ])('with wrong arguments gets the usage and exit code 2: %j', async (args) => {
    const { code, out, err } = await run(args);
    expect({ code, out }).toEqual({ code: 2, out: [] });
    expect(err.join('\n')).toContain('Usage: hardened-agent approvals');
    expect(desk.received).toEqual([]);
  });
});

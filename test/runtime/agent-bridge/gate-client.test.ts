import { GateClient, GateUnreachableError } from '../../../runtime/agent-bridge/gate-client';
import { taskCredentials } from '../../../runtime/agent-bridge/task-credentials';
import { CREDENTIALS, FakeGate, REGION } from './fake-gate';

let gate: FakeGate;
let client: GateClient;
beforeEach(async () => {
  gate = await FakeGate.start();
  client = clientFor();
});
afterEach(() => gate.stop());

const clientFor = (credentials = CREDENTIALS) =>
  new GateClient({ url: gate.url, region: REGION, credentials: async () => credentials });

test('signs path, host, token and body', async () => {
  expect(await client.call('c1', 'read', { id: 'T-1 é' })).toMatchObject({ status: 'succeeded' });
  expect(gate.calls).toEqual([{ v: 1, callId: 'c1', tool: 'read', arguments: { id: 'T-1 é' } }]);
  expect(gate.refused).toEqual([]);
});

test('doesn’t repeat a request that the API refused, nor the headers that the refusal repeats', async () => {
  const wrong = clientFor({ ...CREDENTIALS, secretAccessKey: 'wrong' });
  const error = await wrong.call('c1', 'read', {}).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(GateUnreachableError);
  expect(String(error)).toContain('403 (TestException)');
  expect(String(error)).not.toContain(CREDENTIALS.sessionToken);
  expect(gate.refused).toEqual(['The signature does not match']);
});

test('sends the same callId again while the session is being opened', async () => {
  gate.answers = [{ status: 'denied', code: 'SESSION_NOT_READY' }, { status: 'succeeded' }];
  expect((await client.call('c1', 'read', {})).status).toBe('succeeded');
  expect(gate.calls.map((call) => call.callId)).toEqual(['c1', 'c1']);
});

test('sends the same callId again when the API fails', async () => {
  gate.answers = [{ httpStatus: 502, text: 'bad' }, { status: 'succeeded' }];
  expect((await client.call('c1', 'read', {})).status).toBe('succeeded');
  expect(gate.calls.map((call) => call.callId)).toEqual(['c1', 'c1']);
});

test.each(['denied', 'pending_approval', 'failed', 'outcome_unknown'] as const)(
  'never sends a call again that the gate answered with %s',
  async (status) => {
    gate.answers = [{ status, code: 'OUT_OF_SCOPE' }];
    expect((await client.call('c1', 'read', {})).status).toBe(status);
    expect(gate.calls).toHaveLength(1);
  },
);

test('gives up after four attempts, within the time of an MCP call', async () => {
  gate.answers = [{ httpStatus: 503, text: '' }];
  const started = Date.now();
  await expect(client.call('c1', 'read', {})).rejects.toThrow('status 503');
  expect(gate.calls).toHaveLength(4);
  expect(Date.now() - started).toBeLessThan(10_000);
});

test('begins no attempt that could outlast an MCP call', async () => {
  jest.spyOn(Date, 'now').mockReturnValueOnce(0);
  gate.answers = [{ httpStatus: 503, text: '' }];
  await expect(client.call('c1', 'read', {})).rejects.toThrow(GateUnreachableError);
  expect(gate.calls).toHaveLength(1);
  jest.restoreAllMocks();
});

test('takes nothing else for the gate', async () => {
  gate.answers = [{ httpStatus: 200, text: '<html>' }];
  await expect(client.call('c1', 'read', {})).rejects.toThrow('not from the gate');
});

test('an unreachable gate ends the wait for tools in time, with a code', async () => {
  const gone = new GateClient({
    url: gate.url,
    region: REGION,
    credentials: async () => CREDENTIALS,
    fetch: () => Promise.reject(new Error('lost')),
  });
  let now = 0;
  const clock = jest.spyOn(Date, 'now').mockImplementation(() => (now += 5_000));
  await expect(gone.listTools()).rejects.toMatchObject({ data: { code: 'GATE_UNREACHABLE' } });
  clock.mockRestore();
});

test('asks for credentials again only when they are about to expire', async () => {
  const given = jest.replaceProperty(process, 'env', {
    AWS_ACCESS_KEY_ID: 'a',
    AWS_SECRET_ACCESS_KEY: 'b',
    AWS_CREDENTIAL_EXPIRATION: '2026-01-01T01:00:00Z',
  });
  let now = Date.parse('2026-01-01T00:00:00Z');
  const credentials = taskCredentials(() => now);
  const first = await credentials();
  expect(await credentials()).toBe(first);
  now = Date.parse('2026-01-01T00:56:00Z');
  expect(await credentials()).not.toBe(first);
  given.restore();
});

import { createServer } from 'node:http';
import { postWebhook, WebhookError } from '../../../runtime/approvals/post-webhook';

const ADDRESS = 'https://hooks.example.com/services/T0/B0/hidden-token';
const answering = (status: number, headers: Record<string, string> = {}) =>
  jest.fn(async () => new Response(status === 204 ? null : 'thanks', { status, headers })) as unknown as typeof fetch &
    jest.Mock;

async function refusal(address: string, post: typeof fetch = answering(200)): Promise<string> {
  const error: unknown = await postWebhook(address, '{}', post).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(WebhookError);
  const { message, stack, cause } = error as WebhookError;
  expect(`${message} ${stack} ${String(cause)}`).not.toContain('hidden-token');
  return message;
}

test('the body is posted once to the address, without following redirects', async () => {
  const post = answering(204);
  await postWebhook(ADDRESS, '{"text":"x"}', post);
  expect(post.mock.calls).toEqual([
    [
      new URL(ADDRESS),
      expect.objectContaining({ method: 'POST', body: '{"text":"x"}', redirect: 'manual', signal: expect.anything() }),
    ],
  ]);
});

test.each([301, 302, 307, 308, 400, 404, 429, 500])(
  'an answer of %d is a failure, so that Lambda tries again',
  async (status) => {
    const post = answering(status, { location: 'https://elsewhere.example.com/' });
    expect(await refusal(ADDRESS, post)).toBe(`The webhook answered with status ${status}, not 2xx.`);
    expect(post.mock.calls).toHaveLength(1);
  },
);

test.each([
  ['', 'it is not a URL'],
  [' https://hooks.example.com/hidden-token', 'it is not a URL'],
  ['hooks.example.com/hidden-token', 'it is not a URL'],
  ['http://hooks.example.com/hidden-token', 'it does not begin with https'],
  ['file:///hidden-token', 'it does not begin with https'],
  ['https://user:hidden-token@hooks.example.com/', 'it contains a user or a password'],
  ['{"url":"https://hooks.example.com/hidden-token"}', 'it is not a URL'],
])('the secret %j is refused, and not repeated', async (address, why) => {
  const post = answering(200);
  expect(await refusal(address, post)).toContain(why);
  expect(post.mock.calls).toEqual([]);
});

test('an error of the connection is told without the address', async () => {
  const thrown = Object.assign(new TypeError(`fetch failed for ${ADDRESS}`), { cause: new Error(ADDRESS) });
  const post = (async () => Promise.reject(thrown)) as typeof fetch;
  expect(await refusal(ADDRESS, post)).toBe('The webhook could not be reached: no connection.');
});

test('a receiver that never answers is given up', async () => {
  const post = (async () => Promise.reject(new DOMException('hidden-token', 'TimeoutError'))) as typeof fetch;
  expect(await refusal(ADDRESS, post)).toBe('The webhook could not be reached: no answer in 10 seconds.');
});

test('a redirect of a real server isn’t followed', async () => {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? '');
    response.writeHead(302, { location: '/elsewhere' }).end();
  }).listen(0);
  try {
    const { port } = server.address() as { port: number };
    const local = ((_: URL, init: RequestInit) => fetch(`http://127.0.0.1:${port}/hook`, init)) as typeof fetch;
    expect(await refusal(ADDRESS, local)).toBe('The webhook answered with status 302, not 2xx.');
    expect(asked).toEqual(['/hook']);
  } finally {
    server.close();
  }
});

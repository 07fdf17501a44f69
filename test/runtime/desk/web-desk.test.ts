import type { DeskCall } from '../../../runtime/approvals/desk-call';
import type { Person } from '../../../runtime/core/contracts';
import { SESSION_COOKIE, SIGN_IN_COOKIE } from '../../../runtime/desk/cookies';
import type { DeskAnswer } from '../../../runtime/desk/desk-answer';
import type { DeskRequest } from '../../../runtime/desk/desk-request';
import type { DeskSession } from '../../../runtime/desk/desk-sessions';
import { IssuerUnavailableError, TokenRefusedError } from '../../../runtime/desk/openid-issuer';
import { antiForgeryToken, signInSecrets } from '../../../runtime/desk/sign-in';
import { WebDesk, type WebDeskPorts } from '../../../runtime/desk/web-desk';

const MARIA: Person = {
  kind: 'person',
  issuer: 'https://login.example.com',
  subject: 'maria',
  name: 'Maria',
  groups: ['leads'],
  claims: {},
};
const URL_OF_DESK = 'https://desk.example.com/desk';
const ID = 'a'.repeat(64);

let stored: Map<string, DeskSession>;
let decided: DeskCall[];
let now: number;
let expiresAt: number;
let issuer: WebDeskPorts['issuer'];
let fail: boolean;

beforeEach(() => {
  stored = new Map();
  decided = [];
  now = 1_800_000_000_000;
  expiresAt = now / 1000 + 7200;
  fail = false;
  issuer = {
    authorizationUrl: async ({ state }) => `https://login.example.com/authorize?state=${state}`,
    redeem: async () => ({ person: MARIA, expiresAt }),
    verify: async (token) => {
      if (token === 'a.b.c') return { person: MARIA, expiresAt };
      throw new TokenRefusedError('The token isn’t signed by the issuer.');
    },
  };
});

function send(request: Partial<DeskRequest>): Promise<DeskAnswer> {
  let count = 0;
  const desk = new WebDesk(
    { url: URL_OF_DESK },
    {
      issuer,
      sessions: {
        put: async (hash, session) => void stored.set(hash, session),
        get: async (hash) => stored.get(hash),
        remove: async (hash) => void stored.delete(hash),
      },
      functions: {
        show: async () => {
          if (fail) throw new Error('ResourceNotFoundException: function arn:aws:lambda:secret');
          return { status: 200, body: '{"v":1,"requests":[]}' };
        },
        decide: async (call) => {
          decided.push(call);
          return { status: 200, body: '{"code":"DECIDED"}' };
        },
      },
      assets: new Map([['desk.js', 'script']]),
      now: () => now,
      randomHex: (bytes) => String(++count % 10).repeat(bytes * 2),
      log: () => {},
    },
  );
  return desk.handle({ method: 'GET', path: '/', query: {}, headers: {}, body: '', ...request });
}

/** Signs in, and returns the header with the session's cookie. */
async function signedIn(): Promise<string> {
  const { cookies = [] } = await send({
    path: '/callback',
    query: { code: 'c', state: signInSecrets(ID).state },
    headers: { cookie: `${SIGN_IN_COOKIE}=${ID}.` },
  });
  return cookies[0]?.split(';')[0] ?? '';
}

const DECISION = JSON.stringify({ v: 1, decision: 'DENIED', digest: '0'.repeat(64), confirmed: true });
const decisionWith = (headers: Record<string, string>, body = DECISION) =>
  send({
    method: 'POST',
    path: '/api/requests/r-1/decision',
    headers: { 'content-type': 'application/json', ...headers },
    body,
  });

test('every answer of the page forbids what isn’t its own, and caches nothing', async () => {
  for (const path of ['/', '/requests/r-1', '/assets/desk.js', '/nothing', '/api/session']) {
    const { headers } = await send({ path });
    expect(headers['content-security-policy']).toMatch(/default-src 'none'/);
    expect(headers['content-security-policy']).not.toMatch(/unsafe|https?:|\*/);
    expect(headers).toMatchObject({
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      'x-frame-options': 'DENY',
      'strict-transport-security': expect.stringMatching(/^max-age=\d{8}/),
    });
  }
});

test('a page runs only its own script, in no frame, and turns no text into markup', async () => {
  for (const path of ['/', '/nothing']) {
    const policy = (await send({ path })).headers['content-security-policy']?.split('; ');
    expect(policy).toEqual(
      expect.arrayContaining([
        "script-src 'self'",
        "frame-ancestors 'none'",
        "form-action 'none'",
        "base-uri 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types 'none'",
      ]),
    );
  }
});

test('a sign-in that is begun stores nothing', async () => {
  const { status, cookies } = await send({ path: '/sign-in' });
  expect(status).toBe(303);
  expect(cookies?.[0]).toMatch(/^__Host-desk-sign-in=\w+\.; Path=\/; Max-Age=600; Secure; HttpOnly; SameSite=Lax$/);
  expect(stored.size).toBe(0);
});

test('a session lasts an hour, and no longer than the token', async () => {
  await signedIn();
  expect([...stored.values()][0]?.expiresAt).toBe(now / 1000 + 3600);
  stored.clear();
  expiresAt = now / 1000 + 100;
  await signedIn();
  expect([...stored.values()][0]?.expiresAt).toBe(now / 1000 + 100);
  stored.clear();
  expiresAt = now / 1000 + 5;
  await signedIn();
  expect(stored.size).toBe(0);
});

test('the store holds no id with which one could sign in', async () => {
  const cookie = await signedIn();
  const [, id = ''] = cookie.split('=');
  expect(JSON.stringify([...stored])).not.toContain(id);
});

test.each([
  ['no cookie', {}],
  ['two session cookies', { cookie: `${SESSION_COOKIE}=a; ${SESSION_COOKIE}=b` }],
  ['a made-up session', { cookie: `${SESSION_COOKIE}=${ID}` }],
  ['a token that isn’t good', { authorization: 'Bearer x.y.z' }],
  ['no token in the header', { authorization: 'Basic abc' }],
])('%s signs nobody in', async (_what, headers) => {
  expect((await send({ path: '/api/requests', headers })).status).toBe(401);
  expect((await decisionWith(headers)).status).toBe(401);
  expect(decided).toEqual([]);
});

test('a bad token is refused although the browser has a session', async () => {
  const cookie = await signedIn();
  expect((await send({ path: '/api/requests', headers: { cookie, authorization: 'Bearer x.y.z' } })).status).toBe(401);
});

test('a decision by token needs no anti-forgery token, and one by cookie does', async () => {
  expect((await decisionWith({ authorization: 'Bearer a.b.c' })).status).toBe(200);
  const cookie = await signedIn();
  const origin = 'https://desk.example.com';
  expect((await decisionWith({ cookie, origin })).status).toBe(403);
  const antiForgery = antiForgeryToken(cookie.split('=')[1] ?? '');
  expect((await decisionWith({ cookie, origin, 'x-desk-anti-forgery': antiForgery })).status).toBe(200);
  expect((await decisionWith({ cookie, 'x-desk-anti-forgery': antiForgery })).status).toBe(403);
  expect(decided.map(({ person, requestId, body }) => [person.subject, requestId, body])).toEqual(
    Array(2).fill(['maria', 'r-1', JSON.stringify({ v: 1, decision: 'DENIED', digest: '0'.repeat(64) })]),
  );
});

test.each([
  ['isn’t confirmed', 400, { v: 1, decision: 'APPROVED' }, 'application/json'],
  ['is confirmed by another word', 400, { v: 1, decision: 'APPROVED', confirmed: 'true' }, 'application/json'],
  ['comes as a form could send it', 415, { v: 1, decision: 'APPROVED', confirmed: true }, 'text/plain'],
  ['comes as a form', 415, { v: 1, confirmed: true }, 'application/x-www-form-urlencoded'],
  ['says two types', 415, { v: 1, confirmed: true }, 'text/plain, application/json'],
])('a decision that %s isn’t sent on', async (_what, status, body, type) => {
  const headers = { authorization: 'Bearer a.b.c', 'content-type': type };
  expect((await decisionWith(headers, JSON.stringify(body))).status).toBe(status);
  expect(decided).toEqual([]);
});

test.each([
  ['another site', { origin: 'https://evil.example.com' }],
  ['a subdomain', { origin: 'https://a.desk.example.com' }],
  ['no site', { origin: 'null' }],
  ['the same host without TLS', { origin: 'http://desk.example.com' }],
  ['a site that the browser names', { 'sec-fetch-site': 'same-site' }],
  ['a page of another session', { 'x-desk-anti-forgery': antiForgeryToken('b'.repeat(64)) }],
])('a decision, and a sign-out, from %s is refused, whatever else is right', async (_from, wrong) => {
  const cookie = await signedIn();
  const right = {
    cookie,
    origin: 'https://desk.example.com',
    'x-desk-anti-forgery': antiForgeryToken(cookie.split('=')[1] ?? ''),
  };
  expect((await decisionWith({ ...right, ...wrong })).status).toBe(403);
  expect((await send({ method: 'POST', path: '/sign-out', headers: { ...right, ...wrong } })).status).toBe(403);
  expect([decided, stored.size]).toEqual([[], 1]);
  expect((await decisionWith(right)).status).toBe(200);
});

test('after signing out, the same cookie decides nothing', async () => {
  const cookie = await signedIn();
  const headers = {
    cookie,
    origin: 'https://desk.example.com',
    'x-desk-anti-forgery': antiForgeryToken(cookie.split('=')[1] ?? ''),
  };
  expect((await send({ method: 'POST', path: '/sign-out', headers })).cookies).toEqual([
    `${SESSION_COOKIE}=; Path=/; Max-Age=0; Secure; HttpOnly; SameSite=Strict`,
  ]);
  expect((await decisionWith(headers)).status).toBe(401);
  expect(decided).toEqual([]);
});

test('a session that is over decides nothing, although it is still stored', async () => {
  const cookie = await signedIn();
  const headers = {
    cookie,
    origin: 'https://desk.example.com',
    'x-desk-anti-forgery': antiForgeryToken(cookie.split('=')[1] ?? ''),
  };
  now += 3600_000;
  expect(stored.size).toBe(1);
  expect((await decisionWith(headers)).status).toBe(401);
});

test.each([
  ['another state', { state: signInSecrets('b'.repeat(64)).state }, {}],
  ['no state', { state: undefined }, {}],
  ['no sign-in begun in this browser', {}, { cookie: '' }],
  ['an empty sign-in', { state: signInSecrets('').state }, { cookie: `${SIGN_IN_COOKIE}=.` }],
  ['two sign-ins', {}, { cookie: `${SIGN_IN_COOKIE}=${ID}.; ${SIGN_IN_COOKIE}=${ID}.` }],
  ['no code', { code: undefined }, {}],
  ['a refusal', { error: 'access_denied' }, {}],
])('a callback with %s signs nobody in', async (_what, query, headers) => {
  const right = { code: 'c', state: signInSecrets(ID).state };
  const { status, cookies } = await send({
    path: '/callback',
    query: Object.fromEntries(
      Object.entries({ ...right, ...query }).filter(([, value]) => value !== undefined),
    ) as Record<string, string>,
    headers: { cookie: `${SIGN_IN_COOKIE}=${ID}.`, ...headers },
  });
  expect(status).toBe(403);
  expect(stored.size).toBe(0);
  expect(cookies?.join()).not.toContain(SESSION_COOKIE);
});

test('a session’s id is new at each sign-in, and goes to this host alone', async () => {
  const { cookies } = await send({
    path: '/callback',
    query: { code: 'c', state: signInSecrets(ID).state },
    headers: { cookie: `${SIGN_IN_COOKIE}=${ID}.; ${SESSION_COOKIE}=${ID}` },
  });
  expect(cookies?.[0]).toMatch(/^__Host-desk-session=1{64}; Path=\/; Max-Age=3600; Secure; HttpOnly; SameSite=Strict$/);
});

test.each(['sec-purpose', 'purpose'])('what a browser fetches ahead (%s) begins and ends no sign-in', async (name) => {
  const headers = { [name]: 'prefetch;prerender', cookie: `${SIGN_IN_COOKIE}=${ID}.` };
  const query = { code: 'c', state: signInSecrets(ID).state };
  for (const path of ['/sign-in', '/callback']) {
    const { status, cookies } = await send({ path, query, headers });
    expect([status, cookies]).toEqual([503, []]);
  }
  expect(stored.size).toBe(0);
});

test.each([
  '//evil.example.com',
  'https://evil.example.com',
  '..%2f..',
  'r-1;Domain=evil.example.com',
  'r-1\r\nset-cookie: a=b',
  '',
])('a sign-in goes back to the desk, and not to %j', async (request) => {
  const { cookies = [] } = await send({ path: '/sign-in', query: { request } });
  expect(cookies[0]).toMatch(/^__Host-desk-sign-in=\w+\.; /);
});

test('a callback leads to the request that was asked for, and nowhere else', async () => {
  const query = { code: 'c', state: signInSecrets(ID).state };
  const to = async (back: string) =>
    (await send({ path: '/callback', query, headers: { cookie: `${SIGN_IN_COOKIE}=${ID}.${back}` } })).headers.location;
  expect(await to('r-1')).toBe('/desk/requests/r-1');
  expect(await to('')).toBe('/desk/');
});

test('a page in words says what it was given as text', async () => {
  issuer = {
    ...issuer,
    redeem: async () => {
      throw new TokenRefusedError('<img src=x onerror="alert(1)">');
    },
  };
  const { body } = await send({
    path: '/callback',
    query: { code: 'c', state: signInSecrets(ID).state },
    headers: { cookie: `${SIGN_IN_COOKIE}=${ID}.` },
  });
  expect(body).toContain('&lt;img src=x onerror=&quot;alert(1)&quot;&gt;');
  expect(body).not.toContain('<img');
});

test.each([
  ['GET', '/api/requests/r-1/decision'],
  ['GET', '/sign-out'],
  ['HEAD', '/api/requests/r-1/decision'],
  ['PUT', '/api/requests/r-1/decision'],
  ['POST', '/api/requests/r-1'],
  ['POST', '/api/requests/../r-1/decision'],
  ['POST', '/api/requests/r%2F1/decision'],
  ['POST', '/API/requests/r-1/decision'],
])('%s %s decides nothing', async (method, path) => {
  const headers = { authorization: 'Bearer a.b.c', 'content-type': 'application/json' };
  expect((await send({ method, path, headers, body: DECISION })).status).toBe(404);
  expect(decided).toEqual([]);
});

test.each([
  ['twice the same name', '{"v":1,"confirmed":false,"confirmed":true}'],
  ['no object', '[true]'],
  ['too much', `{"confirmed":true,"reason":"${'x'.repeat(20_000)}"}`],
])('a decision with %s isn’t sent on', async (_what, body) => {
  expect((await decisionWith({ authorization: 'Bearer a.b.c' }, body)).status).toBe(400);
  expect(decided).toEqual([]);
});

test('what fails inside is not told outside', async () => {
  fail = true;
  const { status, body } = await send({ path: '/api/requests', headers: { authorization: 'Bearer a.b.c' } });
  expect(status).toBe(503);
  expect(body).not.toMatch(/lambda|Resource/);
});

test('an issuer that is down is said in plain words, and decides nothing', async () => {
  const down = async (): Promise<never> => {
    throw new IssuerUnavailableError('down');
  };
  issuer = { authorizationUrl: down, redeem: down, verify: down };
  const page = await send({ path: '/sign-in' });
  expect(page.status).toBe(503);
  expect(page.body).toMatch(/can’t be reached at the moment/);
  expect((await decisionWith({ authorization: 'Bearer a.b.c' })).status).toBe(503);
  expect(decided).toEqual([]);
});

test('files that aren’t the page’s aren’t served', async () => {
  for (const path of ['/assets/index.js', '/assets/../index.js', '/assets/%2e%2e/index.js']) {
    expect((await send({ path })).status).toBe(404);
  }
});

import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { JsonObject } from '../../../runtime/core/contracts';
import { type Fetch, fetchJson } from '../../../runtime/oidc/fetch-json';
import { IssuerKeys } from '../../../runtime/oidc/issuer-keys';
import { verifyIdToken } from '../../../runtime/oidc/verify-id-token';
import { CLAIMS, NOW, SETTINGS, type SigningKey, signingKey } from './issuer';

const DISCOVERY = '/.well-known/openid-configuration';
const KEYS = 'https://login.example.com/keys';

let now: number;
let requests: string[];
let answers: Record<string, RequestListener>;
let server: Server;
let logged: Record<string, unknown>[];
let k1: SigningKey;
let k2: SigningKey;

const json =
  (value: unknown): RequestListener =>
  (_, response) => {
    response.end(JSON.stringify(value));
  };

beforeAll(async () => {
  [k1, k2] = await Promise.all([signingKey('k1'), signingKey('k2')]);
  server = createServer((request, response) => {
    requests.push(request.url ?? '');
    const answer = answers[request.url ?? ''];
    if (answer) answer(request, response);
    else response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

beforeEach(() => {
  now = NOW;
  requests = [];
  logged = [];
  answers = {
    [DISCOVERY]: json({ issuer: SETTINGS.issuer, jwks_uri: KEYS }),
    '/keys': json({ keys: [k1.jwk] }),
  };
});

/** The real `fetch`, to the server of this test in place of the issuer. */
const fetchLocal: Fetch = (url, options) => {
  const { port } = server.address() as AddressInfo;
  return fetch(url.replace('https://login.example.com', `http://127.0.0.1:${port}`), options);
};

const newKeys = () =>
  new IssuerKeys(SETTINGS.issuer, undefined, {
    fetch: fetchLocal,
    now: () => now,
    log: (record) => logged.push(record),
  });

// Tokens live longer here than the clock of these tests moves.
const longLived = { ...CLAIMS, exp: NOW / 1000 + 24 * 3600 };
const rules = { ...SETTINGS, maxTokenAgeSeconds: 24 * 3600 };
const verify = async (keys: IssuerKeys, key: SigningKey) =>
  verifyIdToken({ token: await key.sign(longLived) }, rules, keys.keyOf, now);

test('fetches the keys once, also for tokens at the same time', async () => {
  const keys = newKeys();
  await Promise.all([verify(keys, k1), verify(keys, k1), verify(keys, k1)]);
  await verify(keys, k1);
  expect(requests).toEqual([DISCOVERY, '/keys']);
});

test('learns a new key of the issuer, and forgets the old one', async () => {
  const keys = newKeys();
  await verify(keys, k1);
  answers['/keys'] = json({ keys: [k2.jwk] });
  now += 31_000;
  await verify(keys, k2);
  await expect(verify(keys, k1)).rejects.toMatchObject({ code: 'TOKEN_UNTRUSTED' });
});

test('stops trusting a key that the issuer withdrew, without any token of a new key', async () => {
  const keys = newKeys();
  await verify(keys, k1);
  answers['/keys'] = json({ keys: [k2.jwk] });
  now += 11 * 60_000;
  await expect(verify(keys, k1)).rejects.toMatchObject({ code: 'TOKEN_UNTRUSTED' });
});

test('doesn’t ask the issuer for each token with an unknown key', async () => {
  const keys = newKeys();
  await verify(keys, k1);
  now += 31_000;
  for (let tries = 0; tries < 20; tries += 1) {
    await expect(verify(keys, k2)).rejects.toMatchObject({ code: 'TOKEN_UNTRUSTED' });
  }
  expect(requests).toEqual([DISCOVERY, '/keys', DISCOVERY, '/keys']);
});

test('uses known keys for an hour while the issuer is down, and no longer', async () => {
  const keys = newKeys();
  await verify(keys, k1);
  answers = {};
  now += 59 * 60_000;
  await verify(keys, k1);
  now += 2 * 60_000;
  await expect(verify(keys, k1)).rejects.toMatchObject({ code: 'ISSUER_UNAVAILABLE' });
});

test('asks an issuer that is down again only after a while', async () => {
  const { [DISCOVERY]: discovery } = answers;
  answers = { '/keys': answers['/keys'] };
  const keys = newKeys();
  for (let tries = 0; tries < 5; tries += 1) {
    await expect(verify(keys, k1)).rejects.toMatchObject({ code: 'ISSUER_UNAVAILABLE' });
  }
  expect(requests).toEqual([DISCOVERY]);
  answers[DISCOVERY] = discovery;
  now += 31_000;
  await verify(keys, k1);
});

test.each<[string, string, RequestListener, RegExp]>([
  ['an error', DISCOVERY, (_, response) => response.writeHead(500).end(), /status 500/],
  ['a redirect', DISCOVERY, (_, response) => response.writeHead(302, { location: KEYS }).end(), /status 302/],
  ['no JSON', DISCOVERY, (_, response) => response.end('<html>'), /JSON/],
  ['a list', DISCOVERY, json([]), /JSON object/],
  ['another issuer', DISCOVERY, json({ issuer: 'https://evil.example', jwks_uri: KEYS }), /another issuer/],
  ['no address of keys', DISCOVERY, json({ issuer: SETTINGS.issuer }), /jwks_uri/],
  [
    'an address without TLS',
    DISCOVERY,
    json({ issuer: SETTINGS.issuer, jwks_uri: 'http://login.example.com/keys' }),
    /isn't an https address/,
  ],
  ['a file address', DISCOVERY, json({ issuer: SETTINGS.issuer, jwks_uri: 'file:///etc/passwd' }), /https/],
  ['no keys', '/keys', json({ keys: 'none' }), /JWKSInvalid|malformed/i],
  ['redirected keys', '/keys', (_, response) => response.writeHead(307, { location: '/other' }).end(), /status 307/],
  ['huge keys', '/keys', (_, response) => response.end(`{"a":"${'x'.repeat(300_000)}"}`), /more than 262144 bytes/],
])('refuses %s as an answer of the issuer', async (_, path, answer, problem) => {
  answers[path] = answer;
  await expect(verify(newKeys(), k1)).rejects.toMatchObject({ code: 'ISSUER_UNAVAILABLE' });
  expect(logged).toMatchObject([{ event: 'issuer_unavailable', problem: expect.stringMatching(problem) }]);
});

test.each<[string, RequestListener]>([
  ['that doesn’t begin', () => undefined],
  [
    'that never ends',
    (_, response) => {
      response.write('{"issuer":');
    },
  ],
])('gives up on an answer %s', async (_, answer) => {
  answers[DISCOVERY] = answer;
  await expect(fetchJson(`${SETTINGS.issuer}${DISCOVERY}`, fetchLocal, 100)).rejects.toThrow(/abort|timeout/i);
});

test('asks no issuer without TLS', async () => {
  const keys = new IssuerKeys('http://login.example.com', undefined, {
    fetch: fetchLocal,
    now: () => now,
    log: (record) => logged.push(record),
  });
  await expect(verify(keys, k1)).rejects.toMatchObject({ code: 'ISSUER_UNAVAILABLE' });
  expect(requests).toEqual([]);
});

test('never fetches with pinned keys', async () => {
  const pinned: JsonObject[] = [k1.jwk];
  const keys = new IssuerKeys(SETTINGS.issuer, pinned, { fetch: fetchLocal, now: () => now, log: () => undefined });
  await verify(keys, k1);
  await expect(verify(keys, k2)).rejects.toMatchObject({ code: 'TOKEN_UNTRUSTED' });
  expect(requests).toEqual([]);
});

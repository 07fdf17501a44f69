import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose';
import { OpenIdIssuer } from '../../../runtime/desk/openid-issuer';

type Keys = Awaited<ReturnType<typeof generateKeyPair>>;
const NOW = Date.parse('2026-11-30T12:00:00Z');
const SECONDS = NOW / 1000;

let server: Server;
let url: string;
let keys: Map<string, Keys>;
/** What the issuer answers. */
let down: boolean;
let named: string;
/** Where the issuer says that tokens are given. */
let tokenEndpoint: string;
/** The bytes of its answer there. */
let tokenText: string | undefined;
let tokenAnswer: { status: number; body: unknown };
const forms: URLSearchParams[] = [];

beforeAll(async () => {
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const send = (status: number, body: unknown) => response.writeHead(status).end(JSON.stringify(body));
    if (down) return send(503, { error: 'down' });
    if (request.url === '/.well-known/openid-configuration') {
      return send(200, {
        issuer: named,
        authorization_endpoint: `${url}/authorize`,
        token_endpoint: tokenEndpoint,
        jwks_uri: `${url}/keys`,
      });
    }
    if (request.url === '/keys') {
      const jwks = await Promise.all(
        [...keys].map(async ([kid, { publicKey }]) => ({ ...(await exportJWK(publicKey)), kid, alg: 'ES256' })),
      );
      return send(200, { keys: jwks });
    }
    forms.push(new URLSearchParams(Buffer.concat(chunks).toString()));
    if (tokenText !== undefined) return response.writeHead(200).end(tokenText);
    return send(tokenAnswer.status, tokenAnswer.body);
  };
  server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

beforeEach(async () => {
  keys = new Map([['one', await generateKeyPair('ES256', { extractable: true })]]);
  down = false;
  named = url;
  tokenEndpoint = `${url}/token`;
  tokenText = undefined;
  forms.length = 0;
});

afterAll(() => new Promise((resolve) => server.close(resolve)));

const SETTINGS = {
  clientId: 'desk',
  commandLineClientId: 'command-line',
  scopes: ['openid'],
  redirectUri: 'https://desk.example.com/callback',
  groupsClaim: 'groups',
  nameClaim: 'name',
  claims: ['email'],
};

function issuer(): OpenIdIssuer {
  return new OpenIdIssuer({ ...SETTINGS, issuer: url }, () => NOW);
}

async function token(
  claims: JWTPayload = {},
  kid = 'one',
  signer = keys.get(kid),
  header: { typ?: string } = {},
): Promise<string> {
  return new SignJWT({ name: 'Maria', groups: ['leads'], email: 'maria@example.com', ...claims })
    .setProtectedHeader({ alg: 'ES256', kid, ...header })
    .setIssuer(claims.iss ?? url)
    .setSubject(claims.sub ?? 'maria')
    .setAudience(claims.aud ?? 'command-line')
    .setIssuedAt(claims.iat ?? SECONDS)
    .setExpirationTime(claims.exp ?? SECONDS + 600)
    .sign(signer?.privateKey as Keys['privateKey']);
}

test('a good token names its person', async () => {
  expect(await issuer().verify(await token())).toEqual({
    person: {
      kind: 'person',
      issuer: url,
      subject: 'maria',
      name: 'Maria',
      groups: ['leads'],
      claims: { email: 'maria@example.com' },
    },
    expiresAt: SECONDS + 600,
  });
});

test.each([false, 'false', 0, null])('an address that the issuer hasn’t verified (%p) isn’t kept', async (verified) => {
  const { person } = await issuer().verify(await token({ email_verified: verified }));
  expect(person.claims).toEqual({});
});

const refused: [string, () => Promise<string>][] = [
  ['for another application', () => token({ aud: 'other' })],
  ['for the web page, sent by a command line', () => token({ aud: 'desk' })],
  ['for several applications, without saying for which', () => token({ aud: ['command-line', 'other'] })],
  [
    'for several applications, this one among them',
    () => token({ aud: ['command-line', 'other'], azp: 'command-line' }),
  ],
  ['for access, by its header', () => token({}, 'one', keys.get('one'), { typ: 'at+jwt' })],
  ['for access, of Amazon Cognito', () => token({ token_use: 'access' })],
  ['for access, of Keycloak', () => token({ typ: 'Bearer' })],
  ['of a sign-out', () => token({ events: { 'http://schemas.openid.net/event/backchannel-logout': {} } })],
  ['of another authorized party', () => token({ azp: 'other' })],
  ['of another issuer', () => token({ iss: 'https://evil.example.com' })],
  ['expired', () => token({ exp: SECONDS - 31 })],
  ['old, whatever its expiry', () => token({ iat: SECONDS - 3700, exp: SECONDS + 999_999 })],
  ['signed by another key', async () => token({}, 'one', await generateKeyPair('ES256'))],
  [
    'signed with a shared secret',
    () =>
      new SignJWT({}).setProtectedHeader({ alg: 'HS256', kid: 'one' }).sign(new TextEncoder().encode('x'.repeat(32))),
  ],
  ['unsigned', async () => `${Buffer.from('{"alg":"none"}').toString('base64url')}.${(await token()).split('.')[1]}.`],
  ['no token', async () => 'a.b.c'],
];
test.each(refused)('a token %s is refused', async (_what, make) => {
  await expect(issuer().verify(await make())).rejects.toMatchObject({ name: 'TokenRefusedError' });
});

test('keys that change are fetched again', async () => {
  const known = issuer();
  await known.verify(await token());
  keys = new Map([['two', await generateKeyPair('ES256', { extractable: true })]]);
  jest.useFakeTimers({ now: Date.now() + 10_000, doNotFake: ['nextTick', 'setImmediate', 'setTimeout'] });
  try {
    expect((await known.verify(await token({}, 'two'))).person.subject).toBe('maria');
  } finally {
    jest.useRealTimers();
  }
});

test.each([
  [
    'it is down',
    () => {
      down = true;
    },
  ],
  [
    'it describes itself under another name',
    () => {
      named = 'https://other.example.com';
    },
  ],
])('nobody is signed in while %s', async (_what, change) => {
  change();
  await expect(issuer().verify('a.b.c')).rejects.toMatchObject({ name: 'IssuerUnavailableError' });
});

test.each(['http://login.example.com/token', 'ftp://127.0.0.1/token'])(
  'an issuer that gives tokens at %s is not asked',
  async (address) => {
    tokenEndpoint = address;
    await expect(issuer().verify(await token())).rejects.toMatchObject({ name: 'IssuerUnavailableError' });
  },
);

test.each(['jwks_uri', 'token_endpoint'])(
  'an issuer elsewhere can’t lead the desk to its own machine by %s',
  async (name) => {
    const https = 'https://login.example.com';
    const answer = { issuer: https, authorization_endpoint: https, token_endpoint: https, jwks_uri: https };
    const load = async () => Response.json({ ...answer, [name]: `${url}/keys` });
    const desk = new OpenIdIssuer({ ...SETTINGS, issuer: https }, () => NOW, load as typeof fetch);
    await expect(desk.verify('a.b.c')).rejects.toThrow(/doesn't describe itself/);
  },
);

test.each<[string, () => Response, RegExp]>([
  ['too much', () => new Response(' '.repeat(300_000)), /over 262144 characters/],
  ['no JSON', () => new Response('<html>'), /isn’t JSON/],
])('an issuer that answers with %s signs nobody in', async (_what, answer, message) => {
  const desk = new OpenIdIssuer({ ...SETTINGS, issuer: url }, () => NOW, (async () => answer()) as typeof fetch);
  await expect(desk.verify('a.b.c')).rejects.toThrow(message);
});

test('a redirect of the issuer is not followed', async () => {
  const asked: (string | undefined)[] = [];
  const load = async (_url: unknown, init?: RequestInit) => {
    asked.push(init?.redirect);
    return Response.json({});
  };
  const desk = new OpenIdIssuer({ ...SETTINGS, issuer: url }, () => NOW, load as typeof fetch);
  await expect(desk.verify('a.b.c')).rejects.toThrow();
  expect(asked).toEqual(['error']);
});

test('an issuer that comes back is asked again', async () => {
  const known = issuer();
  down = true;
  await expect(known.verify(await token())).rejects.toThrow();
  down = false;
  expect((await known.verify(await token())).person.subject).toBe('maria');
});

describe('exchanging a code', () => {
  const secrets = { state: 's', nonce: 'n', verifier: 'v', challenge: 'c' };

  test('sends the verifier, and takes the token of this sign-in only', async () => {
    tokenAnswer = { status: 200, body: { id_token: await token({ aud: 'desk', nonce: 'n' }) } };
    expect((await issuer().redeem('code', secrets)).person.subject).toBe('maria');
    expect(Object.fromEntries(forms[0] ?? [])).toMatchObject({ code: 'code', code_verifier: 'v', client_id: 'desk' });
    tokenAnswer = { status: 200, body: { id_token: await token({ aud: 'desk', nonce: 'other' }) } };
    await expect(issuer().redeem('code', secrets)).rejects.toThrow(/another sign-in/);
    tokenAnswer = { status: 200, body: { id_token: await token({ nonce: 'n' }) } };
    await expect(issuer().redeem('code', secrets)).rejects.toThrow(/another application/);
  });

  test('an answer that isn’t JSON is told without a part of it', async () => {
    tokenText = 's3cret';
    const failure = await issuer()
      .redeem('code', secrets)
      .catch((error: unknown) => error);
    expect(failure).toMatchObject({ name: 'IssuerUnavailableError' });
    expect(String(failure)).not.toContain('s3c');
  });

  test('a code that was used is refused in plain words', async () => {
    tokenAnswer = { status: 400, body: { error: 'invalid_grant' } };
    await expect(issuer().redeem('code', secrets)).rejects.toThrow(/it was used already, or took too long/);
  });
});

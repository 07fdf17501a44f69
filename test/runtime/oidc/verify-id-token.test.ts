import { createHmac } from 'node:crypto';
import type { JWTPayload } from 'jose';
import { TOKEN_ALGORITHMS } from '../../../runtime/core/contracts';
import { IssuerKeys } from '../../../runtime/oidc/issuer-keys';
import { type TokenRules, verifyIdToken } from '../../../runtime/oidc/verify-id-token';
import { CLAIMS, NOW, NOW_SECONDS, SETTINGS, type SigningKey, signingKey, unsigned } from './issuer';

let key: SigningKey;
let other: SigningKey;
let keys: IssuerKeys;
const fetched: string[] = [];
beforeAll(async () => {
  [key, other] = await Promise.all([signingKey('k1'), signingKey('k2')]);
  const fetch = async (url: string): Promise<Response> => {
    fetched.push(url);
    throw new Error('no network');
  };
  keys = new IssuerKeys(SETTINGS.issuer, [key.jwk], { fetch, now: () => NOW, log: () => undefined });
});

const verify = (token: string, nonce?: string, rules: TokenRules = SETTINGS) =>
  verifyIdToken({ token, ...(nonce === undefined ? {} : { nonce }) }, rules, keys.keyOf, NOW);

test('takes a person with the chosen claims and no other from a good token', async () => {
  const { person, expiresAt } = await verify(await key.sign({ ...CLAIMS, phone_number: '+1 555 0100' }));
  expect(person).toEqual({
    kind: 'person',
    issuer: SETTINGS.issuer,
    subject: 'u-1',
    name: 'u-1',
    groups: ['finance', 'support'],
    claims: { email: 'ann@example.com' },
  });
  expect(expiresAt).toBeGreaterThanOrEqual(NOW_SECONDS + 600);
});

test.each(TOKEN_ALGORITHMS)('accepts a signature by %s', async (alg) => {
  const made = await signingKey('k', alg);
  const pinned = new IssuerKeys(SETTINGS.issuer, [made.jwk], { fetch: never, now: () => NOW, log: () => undefined });
  await expect(verifyIdToken({ token: await made.sign() }, SETTINGS, pinned.keyOf, NOW)).resolves.toMatchObject({
    person: { subject: 'u-1' },
  });
});

async function never(): Promise<Response> {
  throw new Error('fetched');
}

test.each<[string, () => string | Promise<string>, string]>([
  ['no signature, alg none', () => unsigned({ alg: 'none' }), 'TOKEN_UNTRUSTED'],
  ['alg None in other letters', () => unsigned({ alg: 'nOnE' }), 'TOKEN_UNTRUSTED'],
  ['an empty signature', () => unsigned({ alg: 'ES256', kid: 'k1' }), 'TOKEN_UNTRUSTED'],
  ['HS256 with the public key as the secret', () => hmacWithPublicKey(), 'TOKEN_UNTRUSTED'],
  ['another key under a known id', () => other.sign(CLAIMS, { kid: 'k1' }), 'TOKEN_UNTRUSTED'],
  ['an unknown key', () => other.sign(), 'TOKEN_UNTRUSTED'],
  ['a key id that is a path', () => other.sign(CLAIMS, { kid: '../../dev/null' }), 'TOKEN_UNTRUSTED'],
  ['a key id that is SQL', () => other.sign(CLAIMS, { kid: "x' UNION SELECT 'k" }), 'TOKEN_UNTRUSTED'],
  ['its own key in the header', () => other.sign(CLAIMS, { kid: 'k1', jwk: other.jwk }), 'TOKEN_UNTRUSTED'],
  ['an address of keys (jku)', () => other.sign(CLAIMS, { jku: 'https://evil.example/keys' }), 'TOKEN_UNTRUSTED'],
  ['an address of a certificate (x5u)', () => other.sign(CLAIMS, { x5u: 'https://evil.example/c' }), 'TOKEN_UNTRUSTED'],
  ['changed claims', async () => altered(await key.sign()), 'TOKEN_UNTRUSTED'],
  ['no token', () => 'no token at all', 'TOKEN_MALFORMED'],
  ['an encrypted token', () => 'a.b.c.d.e', 'TOKEN_MALFORMED'],
  ['an access token by its type', () => key.sign(CLAIMS, { typ: 'at+jwt' }), 'WRONG_TOKEN_TYPE'],
  ['a logout token', () => key.sign({ ...CLAIMS, events: {} }), 'WRONG_TOKEN_TYPE'],
  ['an access token of Keycloak', () => key.sign({ ...CLAIMS, typ: 'Bearer' }), 'WRONG_TOKEN_TYPE'],
  ['an access token of Cognito', () => key.sign({ ...CLAIMS, token_use: 'access' }), 'WRONG_TOKEN_TYPE'],
])('refuses %s', async (_, make, code) => {
  fetched.length = 0;
  await expect(verify(await make())).rejects.toMatchObject({ code });
  expect(fetched).toEqual([]);
});

function hmacWithPublicKey(): string {
  const signed = unsigned({ alg: 'HS256', kid: 'k1' }).replace(/\.$/, '');
  return `${signed}.${createHmac('sha256', JSON.stringify(key.jwk)).update(signed).digest('base64url')}`;
}

function altered(token: string): string {
  const [header, , signature] = token.split('.');
  const claims = Buffer.from(JSON.stringify({ ...CLAIMS, sub: 'boss' })).toString('base64url');
  return `${header}.${claims}.${signature}`;
}

test.each<[string, JWTPayload, string]>([
  ['expired', { exp: NOW_SECONDS - 31 }, 'TOKEN_EXPIRED'],
  ['without an expiry', { exp: undefined }, 'TOKEN_MALFORMED'],
  ['with a text as expiry', { exp: 'never' as never }, 'TOKEN_MALFORMED'],
  ['issued too long ago', { iat: NOW_SECONDS - 3700 }, 'TOKEN_TOO_OLD'],
  ['issued in the future', { iat: NOW_SECONDS + 31 }, 'TOKEN_NOT_YET_VALID'],
  ['not yet valid', { nbf: NOW_SECONDS + 31 }, 'TOKEN_NOT_YET_VALID'],
  ['of another issuer', { iss: 'https://login.example.com/' }, 'WRONG_ISSUER'],
  ['for another client', { aud: 'other-app' }, 'WRONG_AUDIENCE'],
  ['for several clients', { aud: ['support-app', 'other-app'] }, 'WRONG_AUDIENCE'],
  ['that another client asked for', { azp: 'other-app' }, 'WRONG_AUDIENCE'],
  ['without a person', { sub: undefined }, 'TOKEN_MALFORMED'],
  ['with an empty person', { sub: '' }, 'CLAIM_UNUSABLE'],
  ['whose groups are elsewhere', { groups: undefined, _claim_names: { groups: 'src1' } }, 'CLAIM_UNUSABLE'],
  ['whose groups hold no texts', { groups: [{ id: 1 }] }, 'CLAIM_UNUSABLE'],
  [
    'with more groups than a session keeps',
    { groups: Array.from({ length: 201 }, (_, n) => `g${n}`) },
    'CLAIM_UNUSABLE',
  ],
  ['with an object as email', { email: { a: 1 } }, 'CLAIM_UNUSABLE'],
])('refuses a token %s', async (_, claims, code) => {
  await expect(verify(await key.sign({ ...CLAIMS, ...claims }))).rejects.toMatchObject({ code });
});

test('allows for clocks that differ by seconds', async () => {
  await verify(await key.sign({ ...CLAIMS, exp: NOW_SECONDS - 29, iat: NOW_SECONDS - 3600 }));
  await verify(await key.sign({ ...CLAIMS, iat: NOW_SECONDS + 29, nbf: NOW_SECONDS + 29 }));
});

test('demands the nonce that the token has', async () => {
  const token = await key.sign({ ...CLAIMS, nonce: 'n-1' });
  await expect(verify(token)).rejects.toMatchObject({ code: 'NONCE_MISMATCH' });
  await expect(verify(token, 'n-2')).rejects.toMatchObject({ code: 'NONCE_MISMATCH' });
  await expect(verify(token, 'n-1')).resolves.toBeDefined();
  await expect(verify(await key.sign(), 'n-1')).rejects.toMatchObject({ code: 'NONCE_MISMATCH' });
});

test('keeps no email that the issuer calls unverified', async () => {
  const claimsOf = async (claims: JWTPayload) => (await verify(await key.sign({ ...CLAIMS, ...claims }))).person.claims;
  expect(await claimsOf({ email_verified: false })).toEqual({});
  expect(await claimsOf({ email_verified: 'false' })).toEqual({});
  expect(await claimsOf({ email_verified: true })).toEqual({ email: 'ann@example.com' });
});

test('names a person by the chosen claim, and refuses a token without it', async () => {
  const rules = { ...SETTINGS, nameClaim: 'email' };
  expect((await verify(await key.sign(), undefined, rules)).person.name).toBe('ann@example.com');
  await expect(verify(await key.sign({ ...CLAIMS, email: undefined }), undefined, rules)).rejects.toMatchObject({
    code: 'CLAIM_UNUSABLE',
  });
});

test('knows the same token again, whatever its signature looks like', async () => {
  const made = await signingKey('k1');
  const pinned = new IssuerKeys(SETTINGS.issuer, [made.jwk], { fetch: never, now: () => NOW, log: () => undefined });
  // ECDSA signs the same bytes differently each time.
  const ids = await Promise.all(
    [await made.sign(), await made.sign()].map(
      async (token) => (await verifyIdToken({ token }, SETTINGS, pinned.keyOf, NOW)).id,
    ),
  );
  expect(new Set(ids).size).toBe(1);
});

test('repeats no part of a token in a refusal', async () => {
  const secret = 'very-private-value';
  for (const token of [
    await key.sign({ ...CLAIMS, aud: secret, sub: secret }),
    await key.sign({ ...CLAIMS, iss: secret }),
    await key.sign({ ...CLAIMS, groups: [{ [secret]: secret }] }),
    await other.sign({ ...CLAIMS, sub: secret }),
    `${secret}.${secret}.${secret}`,
  ]) {
    const refusal = await verify(token).then(
      () => undefined,
      (error: Error) => error,
    );
    expect(refusal?.message).toBeDefined();
    expect(refusal?.message).not.toContain(secret);
    expect(refusal?.message).not.toContain(token);
  }
});

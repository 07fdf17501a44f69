import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose';
import type { JsonObject, OidcUsersSettings } from '../../../runtime/core/contracts';

export const NOW = Date.parse('2026-09-01T12:00:00.000Z');
export const NOW_SECONDS = NOW / 1000;

export const SETTINGS: OidcUsersSettings = {
  issuer: 'https://login.example.com',
  audience: 'support-app',
  nameClaim: 'sub',
  groupsClaim: 'groups',
  claims: ['email'],
  services: [],
  maxTokenAgeSeconds: 3600,
};

/** The claims of a good token. */
export const CLAIMS: JWTPayload = {
  iss: SETTINGS.issuer,
  aud: SETTINGS.audience,
  sub: 'u-1',
  iat: NOW_SECONDS - 60,
  exp: NOW_SECONDS + 600,
  email: 'ann@example.com',
  groups: ['finance', 'support'],
};

/** A key of an issuer, which signs tokens for tests. */
export interface SigningKey {
  readonly jwk: JsonObject;
  readonly sign: (claims?: JWTPayload, header?: Record<string, unknown>) => Promise<string>;
}

export async function signingKey(kid: string, alg = 'ES256'): Promise<SigningKey> {
  const { publicKey, privateKey } = await generateKeyPair(alg);
  return {
    jwk: { ...(await exportJWK(publicKey)), kid, alg, use: 'sig' } as JsonObject,
    sign: (claims = CLAIMS, header = {}) =>
      new SignJWT(claims).setProtectedHeader({ alg, kid, ...header }).sign(privateKey),
  };
}

/** A token whose header and claims nobody's key covers. */
export function unsigned(header: object, claims: object = CLAIMS, signature = ''): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part(header)}.${part(claims)}.${signature}`;
}

import type { JWTPayload } from 'jose';

/**
 * Whether a verified token can be an ID token. An issuer signs other tokens with the same keys: access tokens, refresh tokens and logout
 * tokens, which others hold.
 *
 * Sources: RFC 9068, section 2.1; OpenID Connect Back-Channel Logout 1.0, section 2.4; the claims `token_use` of Amazon Cognito and
 * `typ` of Keycloak.
 * @param typ of the token's header
 */
export function isIdToken({ events, token_use: use = 'id', typ: kind = 'ID' }: JWTPayload, typ: unknown): boolean {
  const isJwt = typ === undefined || (typeof typ === 'string' && /^(?:application\/)?jwt$/i.test(typ));
  return isJwt && events === undefined && use === 'id' && (kind === 'ID' || kind === 'JWT');
}

/** Whether a token is for one client and nobody else. A token for several could come from any of them. */
export function isOnlyFor({ aud, azp }: JWTPayload, client: string): boolean {
  const [first, ...others] = [aud].flat();
  return first === client && others.length === 0 && (azp === undefined || azp === client);
}

import type { JsonObject } from './json';

/** How the launcher verifies the people that sessions run for. The launcher has it in its environment, as JSON. */
export interface OidcUsersSettings {
  /** The claim `iss` of every token, exactly. */
  readonly issuer: string;
  /** The only claim `aud`: the id of the client that the tokens are for. */
  readonly audience: string;
  /** The claim that people read as the name. */
  readonly nameClaim: string;
  readonly groupsClaim?: string;
  /** Further claims that a session keeps. */
  readonly claims: readonly string[];
  /** The issuer's public keys. Absent: they are fetched from the issuer. */
  readonly keys?: readonly JsonObject[];
  /** Services that sessions may run for. */
  readonly services: readonly string[];
  /** The most seconds since a token was issued. */
  readonly maxTokenAgeSeconds: number;
}

/** Signatures by a private key. With a shared secret, whoever verifies a token could write one. */
export const TOKEN_ALGORITHMS = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
] as const;

/** Why a token proves nothing. */
export const TOKEN_REFUSALS = [
  'TOKEN_MALFORMED',
  'TOKEN_UNTRUSTED',
  'TOKEN_EXPIRED',
  'TOKEN_NOT_YET_VALID',
  'TOKEN_TOO_OLD',
  'WRONG_ISSUER',
  'WRONG_AUDIENCE',
  'WRONG_TOKEN_TYPE',
  'NONCE_MISMATCH',
  'CLAIM_UNUSABLE',
  'ISSUER_UNAVAILABLE',
] as const;

export type TokenRefusal = (typeof TOKEN_REFUSALS)[number];

import { errors, type JWTVerifyGetKey, type JWTVerifyResult, jwtVerify } from 'jose';
import { type OidcUsersSettings, type Person, type Sha256Hex, TOKEN_ALGORITHMS } from '../core/contracts';
import { sha256Hex } from '../core/digest';
import { personOf } from './person-of';
import { isIdToken, isOnlyFor } from './token-kind';
import { TokenRefused } from './token-refused';

/** What of the settings a token is compared with. */
export type TokenRules = Pick<
  OidcUsersSettings,
  'issuer' | 'audience' | 'nameClaim' | 'groupsClaim' | 'claims' | 'maxTokenAgeSeconds'
>;

/** A token that proves who a person is. */
export interface VerifiedToken {
  readonly person: Person;
  /** Hash of what is signed. The signature itself can be written in several ways. */
  readonly id: Sha256Hex;
  /** Epoch seconds. */
  readonly expiresAt: number;
}

/** How far the issuer's clock and ours may differ, in seconds. */
const CLOCK_TOLERANCE_SECONDS = 30;

/**
 * Verifies an ID token.
 *
 * Sources: OpenID Connect Core 1.0, section 3.1.3.7; RFC 8725, "JSON Web Token Best Current Practices".
 * @param nonce what the application sent to the issuer; absent: nothing
 * @param now epoch milliseconds
 * @throws TokenRefused
 */
export async function verifyIdToken(
  { token, nonce }: { readonly token: string; readonly nonce?: string },
  rules: TokenRules,
  keyOf: JWTVerifyGetKey,
  now: number,
): Promise<VerifiedToken> {
  const { payload, protectedHeader } = await verified(token, rules, keyOf, now);
  if (!isIdToken(payload, protectedHeader.typ))
    throw new TokenRefused('WRONG_TOKEN_TYPE', 'This is no ID token. Send the ID token of a sign-in.');
  if (!isOnlyFor(payload, rules.audience)) throw wrongAudience();
  checkNonce(payload.nonce, nonce);
  return {
    person: personOf(payload, rules),
    id: sha256Hex(token.slice(0, token.lastIndexOf('.'))),
    expiresAt: Math.ceil(payload.exp ?? 0) + CLOCK_TOLERANCE_SECONDS,
  };
}

async function verified(
  token: string,
  { issuer, audience, maxTokenAgeSeconds }: TokenRules,
  keyOf: JWTVerifyGetKey,
  now: number,
): Promise<JWTVerifyResult> {
  const options = {
    issuer,
    audience,
    algorithms: [...TOKEN_ALGORITHMS],
    clockTolerance: CLOCK_TOLERANCE_SECONDS,
    maxTokenAge: maxTokenAgeSeconds,
    currentDate: new Date(now),
    requiredClaims: ['sub', 'exp', 'iat'],
  };
  try {
    return await jwtVerify(token, keyOf, options);
  } catch (error) {
    throw refusalOf(error);
  }
}

/** What failed, in words of our own: an error of the library may hold claims. */
function refusalOf(error: unknown): unknown {
  if (error instanceof TokenRefused) return error;
  if (error instanceof errors.JWTExpired) {
    return error.claim === 'exp'
      ? new TokenRefused(
          'TOKEN_EXPIRED',
          'The token has expired. Let the person sign in again, and send the new token.',
        )
      : new TokenRefused('TOKEN_TOO_OLD', 'The token was issued too long ago. Send one from a new sign-in.');
  }
  if (error instanceof errors.JWTClaimValidationFailed) return claimRefusal(error);
  if (error instanceof errors.JWSInvalid || error instanceof errors.JWTInvalid)
    return new TokenRefused(
      'TOKEN_MALFORMED',
      'This is no signed JSON Web Token. Send the ID token as the issuer gave it.',
    );
  if (error instanceof errors.JWKSMultipleMatchingKeys)
    return new TokenRefused('TOKEN_UNTRUSTED', 'The token doesn’t say which of the issuer’s keys signed it.');
  if (error instanceof errors.JOSEError) {
    return new TokenRefused(
      'TOKEN_UNTRUSTED',
      `The token isn’t signed by a key of the declared issuer, with one of ${TOKEN_ALGORITHMS.join(', ')}.`,
    );
  }
  // An error of the key itself, such as one that is too short.
  return error instanceof TypeError
    ? new TokenRefused('TOKEN_UNTRUSTED', 'The key that the token names can’t verify it.')
    : error;
}

function claimRefusal({ claim, reason }: errors.JWTClaimValidationFailed): TokenRefused {
  if (reason === 'missing') {
    return new TokenRefused(
      'TOKEN_MALFORMED',
      `The token has no claim "${claim}". Send an ID token, not an access token.`,
    );
  }
  switch (claim) {
    case 'iss':
      return new TokenRefused('WRONG_ISSUER', 'The token is from another issuer than the declared one.');
    case 'aud':
      return wrongAudience();
    case 'nbf':
    case 'iat':
      return new TokenRefused(
        'TOKEN_NOT_YET_VALID',
        'The token is only valid later. Compare the clocks of issuer and application.',
      );
    default:
      return new TokenRefused('TOKEN_MALFORMED', `The claim "${claim}" of the token has a wrong type.`);
  }
}

function wrongAudience(): TokenRefused {
  return new TokenRefused('WRONG_AUDIENCE', 'The token is for another client than the declared one, or for several.');
}

function checkNonce(claimed: unknown, sent: string | undefined): void {
  if (claimed === undefined && sent === undefined) return;
  if (claimed === sent) return;
  throw new TokenRefused(
    'NONCE_MISMATCH',
    sent === undefined
      ? 'The token has a nonce. Send the same value as "nonce", from the sign-in that your application began.'
      : 'The nonce isn’t that of the token. The token may be from another sign-in.',
  );
}

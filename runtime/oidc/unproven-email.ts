import type { JWTPayload } from 'jose';

/** Whether the address may be anybody's: whoever registers at the issuer can claim any until it is verified. Some issuers write that as a text, and some not at all. */
export function isUnprovenEmail(claim: string, { email_verified: verified }: JWTPayload): boolean {
  return claim === 'email' && verified !== undefined && verified !== true && verified !== 'true';
}

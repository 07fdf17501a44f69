import type { JWTPayload } from 'jose';
import type { OidcUsersSettings, Person } from '../core/contracts';
import { TokenRefused } from './token-refused';
import { isUnprovenEmail } from './unproven-email';

/** Longest value that a session keeps, in UTF-16 units. A subject has 255 at most (OpenID Connect Core 1.0, section 2). */
const LONGEST = 256;
const MOST_GROUPS = 200;

/**
 * The person of a verified token, with the chosen claims and no other.
 * @throws TokenRefused if a claim that is used has another form: without it, a policy would decide about less than the issuer said
 */
export function personOf(
  payload: JWTPayload,
  {
    issuer,
    nameClaim,
    groupsClaim,
    claims,
  }: Pick<OidcUsersSettings, 'issuer' | 'nameClaim' | 'groupsClaim' | 'claims'>,
): Person {
  const subject = textOf(payload, 'sub');
  const name = textOf(payload, nameClaim);
  if (subject === undefined) throw unusable('sub', 'is missing');
  if (name === undefined) throw unusable(nameClaim, 'is missing, although people are named by it');
  const kept = claims.flatMap((claim): [string, string][] => {
    const value = textOf(payload, claim);
    return value === undefined || isUnprovenEmail(claim, payload) ? [] : [[claim, value]];
  });
  return {
    kind: 'person',
    issuer,
    subject,
    name,
    groups: groupsClaim === undefined ? [] : groupsOf(payload, groupsClaim),
    claims: Object.fromEntries(kept),
  };
}

function textOf(payload: JWTPayload, claim: string): string | undefined {
  const value = Object.hasOwn(payload, claim) ? payload[claim] : undefined;
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'boolean' || Number.isSafeInteger(value)) return String(value);
  if (typeof value !== 'string') throw unusable(claim, 'is no text, whole number or boolean');
  if (value === '' || value.length > LONGEST) throw unusable(claim, `is empty or over ${LONGEST} characters`);
  return value;
}

function groupsOf(payload: JWTPayload, claim: string): string[] {
  // "Distributed claims": the token only says where the groups are (OpenID Connect Core 1.0, section 5.6.2).
  const elsewhere = payload._claim_names;
  if (typeof elsewhere === 'object' && elsewhere !== null && Object.hasOwn(elsewhere, claim)) {
    throw unusable(
      claim,
      'isn’t in the token, because the person has too many groups; let the issuer send only those of this client',
    );
  }
  const value = Object.hasOwn(payload, claim) ? payload[claim] : undefined;
  if (value === undefined || value === null) return [];
  const groups: unknown[] = Array.isArray(value) ? value : [value];
  if (groups.length > MOST_GROUPS) throw unusable(claim, `has more than ${MOST_GROUPS} values`);
  return [
    ...new Set(
      groups.map((group) => {
        if (typeof group !== 'string' || group === '' || group.length > LONGEST)
          throw unusable(claim, `has a value that is no text of 1 to ${LONGEST} characters`);
        return group;
      }),
    ),
  ];
}

function unusable(claim: string, what: string): TokenRefused {
  return new TokenRefused('CLAIM_UNUSABLE', `The claim "${claim}" of the token ${what}.`);
}

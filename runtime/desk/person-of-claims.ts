import type { JWTPayload } from 'jose';
import type { Person } from '../core/contracts';
import { isUnprovenEmail } from '../oidc/unproven-email';

/** Which claims of an ID token say what of a person. */
export interface PersonClaims {
  readonly groupsClaim: string;
  readonly nameClaim: string;
  /** Further claims to keep, such as `email`. */
  readonly claims: readonly string[];
}

const LONGEST_TEXT = 255;
const MOST_GROUPS = 500;

/** The person of a verified token. Undefined: it has no subject. What has another type than expected counts as absent. */
export function personOfClaims(
  payload: JWTPayload,
  { groupsClaim, nameClaim, claims }: PersonClaims,
): Person | undefined {
  const issuer = textOf(payload.iss);
  const subject = textOf(payload.sub);
  if (issuer === undefined || subject === undefined) return undefined;
  const groups = payload[groupsClaim];
  return {
    kind: 'person',
    issuer,
    subject,
    name: textOf(payload[nameClaim]) ?? subject,
    groups: (Array.isArray(groups) ? groups : [groups])
      .flatMap((group: unknown) => textOf(group) ?? [])
      .slice(0, MOST_GROUPS),
    claims: Object.fromEntries(
      claims.flatMap((claim) => {
        if (isUnprovenEmail(claim, payload)) return [];
        const value = textOf(payload[claim]);
        return value === undefined ? [] : [[claim, value]];
      }),
    ),
  };
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' && value.length <= LONGEST_TEXT ? value : undefined;
}

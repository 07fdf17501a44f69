import * as fs from 'node:fs';
import { SAME_PERSON_CLAIMS } from '../../runtime/core/approvals/same-person';
import type { JsonObject, OidcUsersSettings } from '../../runtime/core/contracts';
import { duration } from '../private/props/cdk-shapes';
import { fromFactory } from '../private/props/from-factory';
import { listOf, optional, struct, text } from '../private/props/shape';
import type { OidcUsersOptions } from './oidc-users-options';
import { publicKeys } from './public-keys';

const OPTIONS = struct<OidcUsersOptions>(
  {
    issuer: text('https://login.example.com'),
    audience: text('support-app'),
    nameClaim: optional(text('name')),
    groupsClaim: optional(text('groups')),
    claims: optional(listOf(text('email'), "'email'")),
    samePersonClaims: optional(listOf(text('email'), "'email'")),
    keys: optional(text('issuer-keys.json')),
    services: optional(listOf(text('nightly-report'), "'nightly-report'")),
    maxTokenAge: optional(duration('Duration.hours(1)')),
  },
  "{ issuer: 'https://login.example.com', audience: 'support-app' }",
);

/** An attribute of Cedar, so that policies can read the claim. */
const CLAIM = /^[A-Za-z_][A-Za-z0-9_]{0,63}$/;
const SERVICE = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/;
const MOST = 20;

/** The people that sessions run for, by OpenID Connect: the launcher verifies the ID token of each. */
export class OidcUsers {
  /**
   * Users of one issuer. A runtime refuses an issuer without https, a claim that policies couldn't read, and a file without public keys.
   */
  public static of(options: OidcUsersOptions): OidcUsers {
    const given = { options: [OPTIONS, options] } as const;
    return fromFactory(OidcUsers, 'OidcUsers.of', given, () => new OidcUsers(options));
  }

  /** @internal */
  public readonly _settings: OidcUsersSettings;
  /** @internal */
  public readonly _samePersonClaims: string[];

  private constructor(options: OidcUsersOptions) {
    const problem = problemOf(options);
    if (problem !== undefined) throw new Error(problem);
    const { issuer, audience, nameClaim = 'sub', groupsClaim, claims = [], services = [], keys } = options;
    this._samePersonClaims = options.samePersonClaims ?? [...SAME_PERSON_CLAIMS];
    this._settings = {
      issuer,
      audience,
      nameClaim,
      ...(groupsClaim === undefined ? {} : { groupsClaim }),
      claims,
      ...(keys === undefined ? {} : { keys: keysIn(keys) }),
      services,
      maxTokenAgeSeconds: options.maxTokenAge?.toSeconds() ?? 3600,
    };
  }
}

function problemOf(options: OidcUsersOptions): string | undefined {
  const { issuer, audience, nameClaim, groupsClaim, claims = [], samePersonClaims = [], services = [] } = options;
  const named = [nameClaim, groupsClaim, ...claims].filter((claim) => claim !== undefined);
  // Groups and name are claims of any form, such as `https://example.com/groups` or `cognito:groups`.
  const unreadable = claims.find((claim) => !CLAIM.test(claim));
  const unlisted = samePersonClaims.find((claim) => !claims.includes(claim));
  const unnamed = services.find((service) => !SERVICE.test(service));
  if (issuerProblem(issuer) !== undefined) return issuerProblem(issuer);
  if (audience.length === 0 || audience.length > 256)
    return 'audience: write the id of the client, of 1 to 256 characters';
  if (named.some((claim) => claim === '' || claim.length > 128))
    return 'a claim has no name, or one of over 128 characters';
  if (unreadable !== undefined) return `claims: policies can't read "${unreadable}"; write letters, digits and _`;
  if (unlisted !== undefined)
    return `samePersonClaims: "${unlisted}" isn't among claims, so no session keeps it; add it there`;
  if (unnamed !== undefined) return `services: "${unnamed}" is no name; write letters, digits, _ . and -`;
  for (const [name, list] of Object.entries({ claims, services })) {
    if (list.length > MOST || new Set(list).size < list.length) return `${name}: write at most ${MOST}, each once`;
  }
  return ageProblem(options);
}

function issuerProblem(issuer: string): string | undefined {
  const url = URL.canParse(issuer) ? new URL(issuer) : undefined;
  const plain =
    url !== undefined && url.search + url.hash + url.username + url.password === '' && !/[?#]$/.test(issuer);
  if (url?.protocol === 'https:' && plain && issuer.length <= 256) return undefined;
  return `issuer: "${issuer}" is refused; write an https address of at most 256 characters, without query and password, as the claim iss has it`;
}

function ageProblem({ maxTokenAge }: OidcUsersOptions): string | undefined {
  const seconds = maxTokenAge?.toSeconds() ?? 60;
  return seconds >= 60 && seconds <= 24 * 3600
    ? undefined
    : `maxTokenAge: ${seconds} seconds are refused; write between Duration.minutes(1) and Duration.days(1)`;
}

function keysIn(path: string): JsonObject[] {
  let content: string;
  try {
    content = fs.readFileSync(path, 'utf8');
  } catch {
    throw new Error(`keys: ${path} can't be read; write a path relative to where the app runs`);
  }
  const keys = publicKeys(content);
  if (typeof keys === 'string') throw new Error(`keys: ${path}: ${keys}`);
  return keys;
}

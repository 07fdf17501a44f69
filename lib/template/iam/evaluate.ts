import { piecesOf, textOf, Unresolved, type Value } from '../model/value';
import { type Context, conditionHolds, segments, substitute } from './condition';
import { matchText } from './pattern';
import type { Element, Policy, PrincipalPattern, Statement } from './policy';
import { agree, and, not, or, type Truth } from './truth';

/** The principal of a request. ARNs and accounts may be symbolic texts. */
export type Principal =
  | {
      readonly kind: 'role';
      readonly roleArn: Value;
      readonly account: Value;
      /** `arn:aws:sts::ACCOUNT:assumed-role/NAME/SESSION`. @default unknown session */
      readonly sessionArn?: Value;
    }
  | { readonly kind: 'user'; readonly roleArn: Value; readonly account: Value }
  | {
      readonly kind: 'service';
      /** `lambda.amazonaws.com`; with a region that only the deployment knows, a symbolic text. */
      readonly service: Value;
    };

/** One request that AWS authorizes. */
export interface Request {
  readonly principal: Principal;
  /** `s3:GetObject` */
  readonly action: string;
  /** ARN; `*` for actions without a resource. */
  readonly resource: Value;
  readonly resourceAccount: Value;
  readonly context: Context;
}

/** Every policy that applies to a request. A template contains no organization policies: they count as allowing. */
export interface PolicySet {
  readonly identity: readonly Policy[];
  /** @default no permissions boundary */
  readonly boundary?: Policy;
  /** @default no session policy */
  readonly session?: Policy;
  /** Bucket, key, queue, function, secret or trust policy. @default none */
  readonly resource?: Policy;
  /** Policy of the VPC endpoint that carries the request. @default no endpoint */
  readonly endpoint?: Policy;
}

/** A statement that decided, for messages. */
export interface Grounds {
  readonly policy: string;
  readonly source: string;
  readonly sid: string;
  readonly truth: Truth;
  readonly statement: Statement;
}

/** Whether a request is allowed, and why. */
export interface Decision {
  /** `depends`: on something that the template doesn't tell. */
  readonly allowed: Truth;
  readonly explicitlyDenied: Truth;
  /** Statements that allow, or may allow, and those that deny, or may deny. */
  readonly allows: readonly Grounds[];
  readonly denies: readonly Grounds[];
}

/**
 * Decides a request.
 *
 * Source: IAM User Guide, "Policy evaluation logic" (same account, cross account, "Evaluating identity-based policies
 * with resource-based policies"), KMS Developer Guide, "Key policies" (identity policies count only where the key
 * policy hands over to the account), "IAM role trust policies".
 */
export function evaluateRequest(request: Request, policies: PolicySet): Decision {
  const identity = verdict(policies.identity, request, false);
  const boundary = optionalVerdict(policies.boundary, request, false);
  const session = optionalVerdict(policies.session, request, false);
  const endpoint = optionalVerdict(policies.endpoint, request, true);
  const resource = resourceVerdict(policies.resource, request);
  const guards = and(boundary.allow, session.allow);
  const base =
    request.principal.kind === 'service'
      ? or(resource.role, resource.session)
      : baseOf(request, request.principal.account, and(identity.allow, guards), guards, resource);
  const verdicts = [identity, boundary, session, endpoint, resource];
  const denied = or(...verdicts.map(({ deny }) => deny));
  return {
    allowed: and(base, endpoint.allow, not(denied)),
    explicitlyDenied: denied,
    allows: [...identity.allows, ...resource.allows],
    denies: verdicts.flatMap(({ denies }) => denies),
  };
}

/** What identity and resource policies allow a role or user, before any Deny. */
function baseOf(
  { action, resourceAccount }: Request,
  account: Value,
  throughIdentity: Truth,
  guards: Truth,
  resource: ResourceVerdict,
): Truth {
  // The boundary and session policy limit a grant to the role, but not one to the session.
  const direct = or(and(resource.role, guards), resource.session);
  const delegated = and(resource.account, throughIdentity);
  // Here identity policies count only where the resource's policy delegates to the account.
  const needsDelegation = /^(kms:|sts:assumerole$)/i.test(action);
  const within = needsDelegation ? or(direct, delegated) : or(throughIdentity, direct);
  const across = and(throughIdentity, or(resource.role, resource.session, resource.account));
  const sameAccount = matchText(account, resourceAccount, { wildcards: false });
  const base = or(and(sameAccount, within), and(not(sameAccount), across));
  if (sameAccount !== 'depends') return base;
  return within === across ? within : or(base, 'depends');
}

/** Whether a set of policies allows and denies, and by which statements. */
interface Verdict {
  readonly allow: Truth;
  readonly deny: Truth;
  readonly allows: readonly Grounds[];
  readonly denies: readonly Grounds[];
}

/** A policy that isn't there denies nothing and doesn't limit what others allow. */
const NO_LIMIT: Verdict = { allow: 'true', deny: 'false', allows: [], denies: [] };

function optionalVerdict(policy: Policy | undefined, request: Request, withPrincipal: boolean): Verdict {
  return policy === undefined ? NO_LIMIT : verdict([policy], request, withPrincipal);
}

/** Allow and deny of a set of policies; for each policy, what its alternatives agree on. */
function verdict(policies: readonly Policy[], request: Request, withPrincipal: boolean): Verdict {
  const allows: Grounds[] = [];
  const denies: Grounds[] = [];
  const each = policies.map((policy) => {
    const readings = policy.alternatives.map((statements) => {
      const applying = statements.flatMap((statement): Grounds[] => {
        const truth = applies(statement, request, withPrincipal);
        return truth === 'false' ? [] : [groundsOf(policy, statement, truth)];
      });
      const allowing = applying.filter(({ statement }) => statement.effect !== 'Deny');
      const denying = applying.filter(({ statement }) => statement.effect !== 'Allow');
      allows.push(...allowing);
      denies.push(...denying);
      return { allow: or('false', ...allowing.map(certainty)), deny: or('false', ...denying.map(certainty)) };
    });
    return { allow: agree(readings.map((r) => r.allow)), deny: agree(readings.map((r) => r.deny)) };
  });
  return {
    allow: or('false', ...each.map((e) => e.allow)),
    deny: or('false', ...each.map((e) => e.deny)),
    allows,
    denies,
  };
}

function applies(statement: Statement, request: Request, withPrincipal: boolean): Truth {
  if (!withPrincipal || statement.principal === undefined) return statementApplies(statement, request);
  const principal = principalMatches(statement.principal, request.principal);
  return and(statementApplies(statement, request), or(principal.role, principal.session, principal.account));
}

function groundsOf(policy: Policy, statement: Statement, truth: Truth): Grounds {
  return { policy: policy.name, source: policy.source, sid: statement.sid, truth, statement };
}

/** A statement whose effect isn't known may do either. */
function certainty({ statement, truth }: Grounds): Truth {
  return statement.effect === 'unknown' ? 'depends' : truth;
}

interface ResourceVerdict extends Verdict {
  /** Granted to the role itself, or to everyone. */
  readonly role: Truth;
  /** Granted to the role session. */
  readonly session: Truth;
  /** Granted to the account, which delegates to its identity policies. */
  readonly account: Truth;
}

function resourceVerdict(policy: Policy | undefined, request: Request): ResourceVerdict {
  const allows: Grounds[] = [];
  const denies: Grounds[] = [];
  if (policy === undefined) return { ...NOBODY, allow: 'false', deny: 'false', allows, denies };
  const readings = policy.alternatives.map((statements) => {
    const applying = statements.flatMap((statement) => {
      const match = grantees(statement, request);
      const truth = or(match.role, match.session, match.account);
      return truth === 'false' ? [] : [{ match, grounds: groundsOf(policy, statement, truth) }];
    });
    const allowing = applying.filter(({ grounds }) => grounds.statement.effect !== 'Deny');
    const denying = applying.filter(({ grounds }) => grounds.statement.effect !== 'Allow');
    allows.push(...allowing.map(({ grounds }) => grounds));
    denies.push(...denying.map(({ grounds }) => grounds));
    return {
      role: or('false', ...allowing.map(({ match }) => match.role)),
      session: or('false', ...allowing.map(({ match }) => match.session)),
      account: or('false', ...allowing.map(({ match }) => match.account)),
      deny: or('false', ...denying.map(({ grounds }) => grounds.truth)),
    };
  });
  const role = agree(readings.map((r) => r.role));
  const session = agree(readings.map((r) => r.session));
  const account = agree(readings.map((r) => r.account));
  const deny = agree(readings.map((r) => r.deny));
  return { role, session, account, allow: or(role, session, account), deny, allows, denies };
}

/** Which part of the request's principal a statement of a resource policy applies to. */
function grantees(statement: Statement, request: Request): PrincipalMatch {
  const applying = statementApplies(statement, request);
  if (applying === 'false') return NOBODY;
  const certain = statement.effect === 'unknown' ? 'depends' : 'true';
  // A resource policy's statement without a principal is unknown, or never applies.
  const { role, session, account } =
    statement.principal === undefined
      ? { ...NOBODY, role: statement.effect === 'unknown' ? ('depends' as const) : ('false' as const) }
      : principalMatches(statement.principal, request.principal);
  return {
    role: and(role, applying, certain),
    session: and(session, applying, certain),
    account: and(account, applying, certain),
  };
}

/** Whether action, resource and conditions of a statement match a request. The principal isn't compared. */
export function statementApplies(statement: Statement, request: Request): Truth {
  const action = elementMatches(statement.action, (pattern) => matchAction(pattern, request.action));
  if (action === 'false') return 'false';
  const resource = statement.resource === undefined ? 'true' : resourceMatches(statement.resource, request);
  if (resource === 'false') return 'false';
  const unknown: Truth = statement.unknown.length > 0 ? 'depends' : 'true';
  return and(action, resource, unknown, ...statement.conditions.map((c) => conditionHolds(c, request.context)));
}

function resourceMatches(element: Element, request: Request): Truth {
  return elementMatches(element, (raw) => {
    const pattern = substitute(raw, request.context);
    // A policy variable without a value matches nothing. Whether NotResource then matches isn't documented.
    if (pattern === null) return element.negated ? 'depends' : 'false';
    return matchResource(pattern, request.resource);
  });
}

function elementMatches(element: Element, matches: (pattern: Value) => Truth): Truth {
  const any = or('false', ...element.patterns.map(matches));
  return element.negated ? not(any) : any;
}

/** Case doesn't matter in actions. */
export function matchAction(pattern: Value, action: string): Truth {
  return matchText(pattern, action, { ignoreCase: true });
}

/**
 * Whether a Resource pattern matches an ARN. A wildcard that would have to cross a colon before the resource part gives
 * `depends`: AWS's documentation says that it doesn't match, but AWS has matched it.
 */
function matchResource(pattern: Value, resource: Value): Truth {
  if (pattern === '*') return 'true';
  const whole = matchText(pattern, resource);
  if (whole !== 'true' || typeof pattern !== 'string' || typeof resource !== 'string') return whole;
  const [left, right] = [segments(pattern), segments(resource)];
  if (left.length === right.length) {
    return left.every((segment, i) => matchText(segment, right[i]) === 'true') ? 'true' : 'depends';
  }
  // arn:aws:s3:* and similar: a wildcard at the end matches the rest.
  return pattern.endsWith('*') ? 'true' : 'depends';
}

/** Which part of a request's principal a policy's principals match. */
interface PrincipalMatch {
  readonly role: Truth;
  readonly session: Truth;
  readonly account: Truth;
}

/** Source: IAM User Guide, "AWS JSON policy elements: Principal" and "NotPrincipal". */
export function principalMatches(element: NonNullable<Statement['principal']>, principal: Principal): PrincipalMatch {
  const matches = element.patterns.map((pattern) => matchPrincipal(pattern, principal));
  const match = {
    role: or('false', ...matches.map((m) => m.role)),
    session: or('false', ...matches.map((m) => m.session)),
    account: or('false', ...matches.map((m) => m.account)),
  };
  if (!element.negated) return match;
  // Everyone except those named. An account that is named doesn't exclude its roles.
  return { role: not(or(match.role, match.session)), session: 'false', account: 'false' };
}

const NOBODY: PrincipalMatch = { role: 'false', session: 'false', account: 'false' };

function matchPrincipal(pattern: PrincipalPattern, principal: Principal): PrincipalMatch {
  const { kind, value } = pattern;
  if (kind === '*') return { ...NOBODY, role: 'true' };
  if (value instanceof Unresolved) return { role: 'depends', session: 'false', account: 'false' };
  if (principal.kind === 'service') {
    if (kind !== 'Service') return kind === 'AWS' && value === '*' ? { ...NOBODY, role: 'true' } : NOBODY;
    return { ...NOBODY, role: matchText(value, principal.service, { wildcards: false }) };
  }
  if (kind !== 'AWS') return NOBODY;
  if (value === '*') return { ...NOBODY, role: 'true' };
  const same = (wanted: Value): Truth => matchText(value, wanted, { wildcards: false });
  const account = or(same(principal.account), same(rootOf(principal.account)));
  if (principal.kind === 'user') return { ...NOBODY, account, role: same(principal.roleArn) };
  const session = principal.sessionArn === undefined ? sessionOf(value, principal) : same(principal.sessionArn);
  return { role: same(principal.roleArn), session, account };
}

/** The session isn't known: an assumed-role ARN of this role may be the session's. */
function sessionOf(value: Value, principal: Extract<Principal, { kind: 'role' }>): Truth {
  if (typeof value !== 'string' || typeof principal.roleArn !== 'string') return 'false';
  const [, account, name] = /^arn:[^:]+:sts::(\d+):assumed-role\/([^/]+)\//.exec(value) ?? [];
  return account !== undefined && principal.roleArn.startsWith('arn:') && principal.roleArn.endsWith(`/${name}`)
    ? 'depends'
    : 'false';
}

function rootOf(account: Value): Value {
  return textOf(['arn:aws:iam::', ...(piecesOf(account) ?? []), ':root']);
}

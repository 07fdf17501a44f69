import { piecesOf, textOf, Unresolved, type Value } from '../model/value';
import { type Context, conditionHolds, segments, substitute } from './condition';
import { matchText } from './pattern';
import type { Element, Policy, PrincipalPattern, Statement } from './policy';
import { agree, and, not, or, type Truth } from './truth';

/** Who makes a request. ARNs and accounts may be symbolic texts. */
export type Principal =
  | {
      readonly kind: 'role';
      readonly roleArn: Value;
      readonly account: Value;
      /** `arn:aws:sts::ACCOUNT:assumed-role/NAME/SESSION`. @default unknown session */
      readonly sessionArn?: Value;
    }
  | { readonly kind: 'user'; readonly roleArn: Value; readonly account: Value }
  | { readonly kind: 'service'; readonly service: string };

/** One request, as AWS authorizes it. */
export interface Request {
  readonly principal: Principal;
  /** `s3:GetObject` */
  readonly action: string;
  /** ARN; `*` for actions without a resource. */
  readonly resource: Value;
  readonly resourceAccount: Value;
  readonly context: Context;
}

/** Every policy that has a say. Organization policies are outside a template and count as allowing. */
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

export interface Decision {
  /** `depends`: whether the request is allowed hangs on something that the template doesn't say. */
  readonly allowed: Truth;
  readonly explicitlyDenied: Truth;
  /** Statements that allow (or may allow) in an allowing policy, and those that deny (or may). */
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
  const boundary = policies.boundary === undefined ? undefined : verdict([policies.boundary], request, false);
  const session = policies.session === undefined ? undefined : verdict([policies.session], request, false);
  const endpoint = policies.endpoint === undefined ? undefined : verdict([policies.endpoint], request, true);
  const resource = resourceVerdict(policies.resource, request);

  const guards = and(boundary?.allow ?? 'true', session?.allow ?? 'true');
  const throughIdentity = request.principal.kind === 'service' ? 'false' : and(identity.allow, guards);
  // A grant to the role is still limited by its boundary and session policy; one to the session isn't.
  const direct = or(and(resource.role, guards), resource.session);
  const delegated = and(resource.account, throughIdentity);
  const { service } = splitAction(request.action);
  const isTrust = request.action.toLowerCase() === 'sts:assumerole';
  const sameAccount =
    request.principal.kind === 'service' ? 'false' : matchAccount(request.principal.account, request.resourceAccount);

  let base: Truth;
  if (request.principal.kind === 'service') base = or(resource.role, resource.session);
  else {
    const within = service === 'kms' || isTrust ? or(direct, delegated) : or(throughIdentity, direct);
    const across = and(throughIdentity, or(resource.role, resource.session, resource.account));
    base = or(and(sameAccount, within), and(not(sameAccount), across));
    // Both can't be false when the account is merely unknown.
    if (sameAccount === 'depends') base = within === across ? within : or(base, 'depends');
  }
  const denied = or(
    identity.deny,
    boundary?.deny ?? 'false',
    session?.deny ?? 'false',
    endpoint?.deny ?? 'false',
    resource.deny,
  );
  const verdicts = [identity, boundary, session, endpoint, resource].filter((v) => v !== undefined);
  return {
    allowed: and(base, endpoint?.allow ?? 'true', not(denied)),
    explicitlyDenied: denied,
    allows: [...identity.allows, ...resource.allows],
    denies: verdicts.flatMap((v) => v.denies),
  };
}

interface Verdict {
  readonly allow: Truth;
  readonly deny: Truth;
  readonly allows: readonly Grounds[];
  readonly denies: readonly Grounds[];
}

/** Allow and deny of a set of policies; in each, what its alternatives agree on. */
function verdict(policies: readonly Policy[], request: Request, withPrincipal: boolean): Verdict {
  const allows: Grounds[] = [];
  const denies: Grounds[] = [];
  const applies = (statement: Statement): Truth => {
    if (!withPrincipal || statement.principal === undefined) return statementApplies(statement, request);
    const principal = principalMatches(statement.principal, request.principal);
    return and(statementApplies(statement, request), or(principal.role, principal.session, principal.account));
  };
  const each = policies.map((policy) => {
    const readings = policy.alternatives.map((statements) => {
      let allow: Truth = 'false';
      let deny: Truth = 'false';
      for (const statement of statements) {
        const truth = applies(statement);
        if (truth === 'false') continue;
        const grounds = { policy: policy.name, source: policy.source, sid: statement.sid, truth, statement };
        if (statement.effect !== 'Deny') {
          allow = or(allow, statement.effect === 'unknown' ? 'depends' : truth);
          allows.push(grounds);
        }
        if (statement.effect !== 'Allow') {
          deny = or(deny, statement.effect === 'unknown' ? 'depends' : truth);
          denies.push(grounds);
        }
      }
      return { allow, deny };
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

interface ResourceVerdict extends Verdict {
  /** Granted to the role itself, or to everybody. */
  readonly role: Truth;
  /** Granted to the role session. */
  readonly session: Truth;
  /** Granted to the account, which hands over to the identity policies. */
  readonly account: Truth;
}

function resourceVerdict(policy: Policy | undefined, request: Request): ResourceVerdict {
  const allows: Grounds[] = [];
  const denies: Grounds[] = [];
  if (policy === undefined) {
    return { role: 'false', session: 'false', account: 'false', allow: 'false', deny: 'false', allows, denies };
  }
  const readings = policy.alternatives.map((statements) => {
    const reading = {
      role: 'false' as Truth,
      session: 'false' as Truth,
      account: 'false' as Truth,
      deny: 'false' as Truth,
    };
    for (const statement of statements) {
      const applies = statementApplies(statement, request);
      if (applies === 'false') continue;
      const known = statement.effect === 'unknown' ? 'depends' : 'true';
      const match =
        statement.principal === undefined
          ? // A resource policy's statement without principal is unknown or never applies.
            { role: statement.effect === 'unknown' ? 'depends' : 'false', session: 'false', account: 'false' }
          : principalMatches(statement.principal, request.principal);
      const [role, session, account] = [match.role, match.session, match.account].map((m) =>
        and(m as Truth, applies, known),
      ) as [Truth, Truth, Truth];
      const truth = or(role, session, account);
      if (truth === 'false') continue;
      const grounds = { policy: policy.name, source: policy.source, sid: statement.sid, truth, statement };
      if (statement.effect !== 'Deny') {
        reading.role = or(reading.role, role);
        reading.session = or(reading.session, session);
        reading.account = or(reading.account, account);
        allows.push(grounds);
      }
      if (statement.effect !== 'Allow') {
        reading.deny = or(reading.deny, truth);
        denies.push(grounds);
      }
    }
    return reading;
  });
  const [role, session, account, deny] = (['role', 'session', 'account', 'deny'] as const).map((k) =>
    agree(readings.map((r) => r[k])),
  ) as [Truth, Truth, Truth, Truth];
  return { role, session, account, allow: or(role, session, account), deny, allows, denies };
}

/** Action, resource and conditions of a statement against a request; the principal apart. */
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
    // A policy variable without a value matches nothing; whether NotResource then matches isn't documented.
    if (pattern === null) return element.negated ? 'depends' : 'false';
    return matchResource(pattern, request.resource);
  });
}

function elementMatches(element: Element, matches: (pattern: Value) => Truth): Truth {
  const any = or('false', ...element.patterns.map(matches));
  return element.negated ? not(any) : any;
}

/** `*`, or service and action, without regard to case. */
export function matchAction(pattern: Value, action: string): Truth {
  return matchText(pattern, action, { ignoreCase: true });
}

/**
 * Whether a Resource pattern matches an ARN. A wildcard that would have to cross a colon before the resource part
 * counts as `depends`: AWS documents that it doesn't, and has matched it.
 */
export function matchResource(pattern: Value, resource: Value): Truth {
  if (pattern === '*') return 'true';
  const whole = matchText(pattern, resource);
  if (whole !== 'true' || typeof pattern !== 'string' || typeof resource !== 'string') return whole;
  const [left, right] = [segments(pattern), segments(resource)];
  if (left.length === right.length) {
    return left.every((segment, i) => matchText(segment, right[i]) === 'true') ? 'true' : 'depends';
  }
  // arn:aws:s3:* and the like: a closing wildcard takes the rest.
  return pattern.endsWith('*') ? 'true' : 'depends';
}

/** Which part of the principal a policy's principals match. */
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
  // Everybody but those named: naming only the account doesn't except its roles.
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

/** An assumed-role ARN of an unknown session may be this one's. */
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

function matchAccount(a: Value, b: Value): Truth {
  return matchText(a, b, { wildcards: false });
}

/** `s3:GetObject` → service and name, in lower case. */
export function splitAction(action: string): { service: string; name: string } {
  const [service = '', name = ''] = action.toLowerCase().split(':');
  return { service, name };
}

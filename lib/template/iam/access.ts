import type { Assembly } from '../model/assembly';
import type { Resource } from '../model/template';
import { piecesOf, type TextPiece, textOf, Unresolved, type Value } from '../model/value';
import { accountOf, arnOf, Spelling } from './arn';
import { ACTIONS, apiArn, askedArns } from './asked';
import { identityPoliciesOf } from './collect';
import { Context } from './condition';
import {
  evaluateRequest,
  type Grounds,
  matchAction,
  type Principal,
  principalMatches,
  type Request,
  statementApplies,
} from './evaluate';
import { type Policy, readPolicy, type Statement, unknownPolicy } from './policy';
import { resourcePolicyOf } from './resource-policies';

/** That somebody may do something to a resource of the app. */
export interface Access {
  /** The role; or a user, or a group and hence whoever is put into it. */
  readonly role: Resource;
  readonly action: string;
  readonly target: Resource;
  /**
   * `depends`: on something that the template doesn't say, or only on a part of the target (a prefix of a bucket, one
   * path of an API, certain items of a table).
   */
  readonly allowed: 'true' | 'depends';
  /** Statements that allow it. */
  readonly grounds: readonly Grounds[];
}

/**
 * Who may do what to whom: every role, user and group of the app against every resource of it, by identity policies, boundary and
 * resource policy. What isn't listed is denied. Endpoint policies are left out: they only narrow, and not every call
 * goes through an endpoint.
 */
export function accessesOf(assembly: Assembly): readonly Access[] {
  const spelling = new Spelling(assembly);
  const identities = identityPoliciesOf(assembly);
  const targets = Object.keys(ACTIONS).flatMap((type) =>
    assembly.ofType(type).map((target) => {
      const policy = spelled(resourcePolicyOf(assembly, target), spelling, target);
      const arns = spelledArns(target, spelling);
      const actions = ACTIONS[type] ?? [];
      // Statements by which the resource itself may let a role in: few have any, and those are about few actions.
      const direct = new Map(
        grantsDirectly(policy) ? actions.map((action) => [action, directGrants(policy, action)] as const) : [],
      );
      return { target, actions, arns, policy, direct };
    }),
  );
  return assembly.ofType('AWS::IAM::Role', 'AWS::IAM::User', 'AWS::IAM::Group').flatMap((role) => {
    const roleArn = spelling.of(role.type === 'AWS::IAM::Group' ? memberOf(role) : arnOf(role));
    const account = accountOf(role);
    const { policies, foreign } = identities.ofResource(role);
    const identity = [
      ...policies.map(({ policy }) => spelled(policy, spelling) as Policy),
      ...foreign
        .filter(({ arn }) => !isHarmless(arn))
        .map(({ arn }) => unknownPolicy(String(arn), role.path, 'not in the template')),
    ];
    const boundary = boundaryOf(assembly, role, spelling);
    // Most actions are nowhere in a role's policies: one look at each spares a look at each resource.
    const relevant = new Map(ALL_ACTIONS.map((action) => [action, identity.map((policy) => about(policy, action))]));
    const given = new Set(ALL_ACTIONS.filter((action) => relevant.get(action)?.some(allowsAnything)));
    const kind = role.type === 'AWS::IAM::Role' ? ('role' as const) : ('user' as const);
    const principal = { kind, roleArn, account };
    return targets.flatMap(({ target, actions, arns, policy, direct }) => {
      if (target === role || (direct.size === 0 && !actions.some((action) => given.has(action)))) return [];
      let context: Context | undefined;
      return actions.flatMap((action): Access[] => {
        const invited = direct.get(action)?.some((statement) => mayBeMeant(statement, principal)) === true;
        if (!given.has(action) && !invited) return [];
        context ??= contextOf(roleArn, account, accountOf(target), kind);
        const known = { principal, action, resourceAccount: accountOf(target), context };
        const own = relevant.get(action) ?? [];
        // A trust policy says who may assume a role, not who may pass it on or change it.
        const resource = action.startsWith('iam:') ? undefined : policy;
        const found = (arns.get(action) ?? []).flatMap((arn) => {
          const request = { ...known, resource: arn };
          // What nothing allows needs no look at what denies.
          if (!invited && !own.some((each) => mayAllow(each, request))) return [];
          const { allowed, allows } = evaluateRequest(request, { identity: own, boundary, resource });
          return allowed === 'false' ? [] : [{ allowed, grounds: allows }];
        });
        if (found.length === 0) return [];
        const allowed = found.some((each) => each.allowed === 'true') ? 'true' : 'depends';
        return [{ role, action, target, allowed, grounds: found.flatMap(({ grounds }) => grounds) }];
      });
    });
  });
}

/** What of a resource each action is asked about on, in the one spelling. */
export function spelledArns(target: Resource, spelling: Spelling): ReadonlyMap<string, readonly Value[]> {
  return new Map([...askedArns(target)].map(([action, arns]) => [action, arns.map((arn) => spelling.of(arn))]));
}

/** What is known of every request of a role. */
export function contextOf(
  roleArn: Value,
  account: TextPiece,
  resourceAccount: TextPiece,
  kind: 'role' | 'user' = 'role',
): Context {
  return new Context({
    'aws:PrincipalArn': roleArn,
    'aws:PrincipalAccount': account,
    'aws:PrincipalType': kind === 'role' ? 'AssumedRole' : 'User',
    'aws:PrincipalIsAWSService': 'false',
    'aws:SecureTransport': 'true',
    's3:TlsVersion': '1.3',
    'aws:ResourceAccount': resourceAccount,
  });
}

/** Some user of a group: nobody knows who is put into it. */
function memberOf(group: Resource): Value {
  const user = new Unresolved('user', group.path, 'any member of the group');
  return textOf(['arn:aws:iam::', accountOf(group), ':user/', user]);
}

function mayAllow({ alternatives }: Policy, request: Request): boolean {
  return alternatives.some((statements) =>
    statements.some((statement) => statement.effect !== 'Deny' && statementApplies(statement, request) !== 'false'),
  );
}

/** Statements of a resource's policy that may allow an action. */
function directGrants(policy: Policy | undefined, action: string): readonly Statement[] {
  return (policy === undefined ? [] : about(policy, action).alternatives)
    .flat()
    .filter(({ effect }) => effect !== 'Deny');
}

/** Whether a statement may name a role itself; one that names the account hands over to identity policies. */
function mayBeMeant({ principal: named }: Statement, principal: Principal): boolean {
  if (named === undefined) return true;
  const { role, session } = principalMatches(named, principal);
  return role !== 'false' || session !== 'false';
}

const ALL_ACTIONS = [...new Set(Object.values(ACTIONS).flat())];

/** The statements of a policy that may be about an action. */
function about(policy: Policy, action: string): Policy {
  const concerns = ({ action: { negated, patterns } }: Statement): boolean =>
    negated || patterns.some((pattern) => matchAction(pattern, action) !== 'false');
  return { ...policy, alternatives: policy.alternatives.map((statements) => statements.filter(concerns)) };
}

function allowsAnything({ alternatives }: Policy): boolean {
  return alternatives.some((statements) => statements.some(({ effect }) => effect !== 'Deny'));
}

/**
 * Whether a resource's own policy may give somebody something that identity policies don't: it names more than services
 * and the account, which hands over to them.
 *
 * @param of `accounts`: count accounts too, since another account isn't the app's own
 */
export function grantsDirectly(policy: Policy | undefined, of: { accounts: boolean } = { accounts: false }): boolean {
  return (policy?.alternatives ?? []).some((statements) =>
    statements.some(
      ({ effect, principal }) =>
        effect !== 'Deny' &&
        (principal === undefined ||
          principal.negated ||
          principal.patterns.some(
            ({ kind, value }) => kind !== 'Service' && (of.accounts || !/:root$/.test(String(value))),
          )),
    ),
  );
}

/** A policy of AWS whose text is known, and touches nothing here: it writes logs. */
function isHarmless(arn: Value): boolean {
  return /:iam::aws:policy\/service-role\/AWSLambdaBasicExecutionRole$/.test(String(arn));
}

export function boundaryOf(assembly: Assembly, role: Resource, spelling: Spelling): Policy | undefined {
  const [boundary] = role.property('PermissionsBoundary');
  if (boundary?.value === undefined) return undefined;
  const policy = assembly.find(boundary.value);
  if (policy?.type !== 'AWS::IAM::ManagedPolicy') {
    return unknownPolicy('PermissionsBoundary', role.path, 'the boundary is not in the template');
  }
  return spelled({ name: policy.logicalId, source: policy.path, alternatives: readAlternatives(policy) }, spelling);
}

function readAlternatives(policy: Resource): Policy['alternatives'] {
  return readPolicy(policy.logicalId, policy.path, policy.property('PolicyDocument')).alternatives;
}

/** A policy with every ARN and name in the one spelling. */
export function spelled(policy: Policy | undefined, spelling: Spelling, api?: Resource): Policy | undefined {
  if (policy === undefined) return undefined;
  const one = (value: Value): Value => spelling.of(fullApiArn(value, api));
  const statement = (s: Statement): Statement => ({
    ...s,
    action: s.action,
    resource: s.resource === undefined ? undefined : { ...s.resource, patterns: s.resource.patterns.map(one) },
    principal:
      s.principal === undefined
        ? undefined
        : { ...s.principal, patterns: s.principal.patterns.map((p) => ({ ...p, value: one(p.value) })) },
    conditions: s.conditions.map((c) => ({ ...c, values: c.values.map(one) })),
  });
  return { ...policy, alternatives: policy.alternatives.map((statements) => statements.map(statement)) };
}

/**
 * In an API's own policy, `execute-api:/stage/…` stands for the ARN of that API.
 * Source: API Gateway Developer Guide, "API Gateway resource policy examples".
 */
function fullApiArn(value: Value, api: Resource | undefined): Value {
  if (api?.type !== 'AWS::ApiGateway::RestApi') return value;
  const [first, ...rest] = piecesOf(value) ?? [];
  if (typeof first !== 'string' || !first.startsWith('execute-api:/')) return value;
  return textOf([...apiArn(api), first.slice('execute-api:'.length), ...rest]);
}

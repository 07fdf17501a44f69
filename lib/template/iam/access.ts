import type { Assembly } from '../model/assembly';
import type { Resource } from '../model/template';
import { piecesOf, type TextPiece, textOf, Unresolved, type Value } from '../model/value';
import { accountOf, arnOf, Spelling } from './arn';
import { ACTIONS, apiArn, askedArns } from './asked';
import { identityPoliciesOf } from './collect';
import { Context } from './condition';
import {
  type Decision,
  evaluateRequest,
  type Grounds,
  matchAction,
  type Principal,
  principalMatches,
  type Request,
  statementApplies,
} from './evaluate';
import { awsManagedPolicy } from './managed-policies';
import { type Policy, readPolicy, type Statement, unknownPolicy, withValues } from './policy';
import { resourcePolicyOf } from './resource-policies';
import { isPolicyOfItsService } from './taken-by-services';

/** A role, user or group of the app may do something to a resource of the app. */
export interface Access {
  /** The role or user; or a group, and so any user that is put into it. */
  readonly role: Resource;
  readonly action: string;
  readonly target: Resource;
  /**
   * `depends`: on something that the template doesn't tell, or allowed only on a part of the target (a prefix of a bucket,
   * one path of an API, certain items of a table).
   */
  readonly allowed: 'true' | 'depends';
  /** Statements that allow it. */
  readonly grounds: readonly Grounds[];
}

/**
 * What each role, user and group of the app may do to each resource of it, by identity policies, permissions boundary and
 * resource policy. What isn't listed is denied. Endpoint policies are left out: they only narrow, and not every call goes
 * through an endpoint.
 */
export function accessesOf(assembly: Assembly): readonly Access[] {
  const spelling = new Spelling(assembly);
  const targets = Object.keys(ACTIONS).flatMap((type) =>
    assembly.ofType(type).map((target) => targetOf(assembly, target, spelling)),
  );
  return assembly.ofType('AWS::IAM::Role', 'AWS::IAM::User', 'AWS::IAM::Group').flatMap((role) => {
    const holder = holderOf(assembly, role, spelling);
    return targets.flatMap((target) => accessesTo(target, holder));
  });
}

/** A resource, with everything that is the same for each role. */
interface Target {
  readonly resource: Resource;
  readonly actions: readonly string[];
  /** The ARNs that each action is asked about. */
  readonly arns: ReadonlyMap<string, readonly Value[]>;
  readonly policy: Policy | undefined;
  /** By action, the statements of the resource's own policy that may grant it directly. Few resources have any. */
  readonly direct: ReadonlyMap<string, readonly Statement[]>;
}

function targetOf(assembly: Assembly, resource: Resource, spelling: Spelling): Target {
  const own = resourcePolicyOf(assembly, resource);
  const policy = own && spelled(own, spelling, resource);
  const actions = ACTIONS[resource.type] ?? [];
  const direct = new Map(
    grantsDirectly(policy) ? actions.map((action) => [action, directGrants(policy, action)] as const) : [],
  );
  return { resource, actions, arns: spelledArns(resource, spelling), policy, direct };
}

/** A role, user or group, with everything that is the same for each resource. */
interface Holder {
  readonly resource: Resource;
  readonly principal: Extract<Principal, { account: Value }> & { readonly account: TextPiece };
  readonly boundary: Policy | undefined;
  /** By action, the identity policies with only the statements that may be about it. */
  readonly relevant: ReadonlyMap<string, readonly Policy[]>;
  /** Actions that some identity policy may allow. Most actions are in none. */
  readonly given: ReadonlySet<string>;
}

function holderOf(assembly: Assembly, resource: Resource, spelling: Spelling): Holder {
  const roleArn = spelling.of(resource.type === 'AWS::IAM::Group' ? anyUserOf(resource) : arnOf(resource));
  const { policies, foreign } = identityPoliciesOf(assembly).ofResource(resource);
  const identity = [...policies.map(({ policy }) => spelled(policy, spelling))];
  const elsewhere = foreign.filter(({ arn }) => !isHarmless(arn) && !isPolicyOfItsService(resource, arn));
  const relevant = new Map(
    ALL_ACTIONS.map((action) => [
      action,
      [
        ...identity.map((policy) => about(policy, action)),
        ...elsewhere.flatMap(({ arn }) => aboutForeign(arn, action, resource)),
      ],
    ]),
  );
  return {
    resource,
    principal: { kind: resource.type === 'AWS::IAM::Role' ? 'role' : 'user', roleArn, account: accountOf(resource) },
    boundary: boundaryOf(assembly, resource, spelling),
    relevant,
    given: new Set(ALL_ACTIONS.filter((action) => relevant.get(action)?.some(allowsAnything))),
  };
}

function accessesTo(target: Target, holder: Holder): Access[] {
  const { resource, actions, direct } = target;
  if (resource === holder.resource || (direct.size === 0 && !actions.some((action) => holder.given.has(action)))) {
    return [];
  }
  let context: Context | undefined;
  return actions.flatMap((action): Access[] => {
    const invited = direct.get(action)?.some((statement) => mayGrant(statement, holder.principal)) === true;
    if (!holder.given.has(action) && !invited) return [];
    const { roleArn, account, kind } = holder.principal;
    context ??= contextOf(roleArn, account, accountOf(resource), kind);
    const found = decisionsOn(target, holder, action, context, invited);
    if (found.length === 0) return [];
    const allowed = found.some((each) => each.allowed === 'true') ? 'true' : 'depends';
    return [
      { role: holder.resource, action, target: resource, allowed, grounds: found.flatMap(({ allows }) => allows) },
    ];
  });
}

/** The decisions, one for each ARN that the action is asked about, that aren't a denial. */
function decisionsOn(
  { resource, arns, policy }: Target,
  { principal, boundary, relevant }: Holder,
  action: string,
  context: Context,
  invited: boolean,
): Decision[] {
  const identity = relevant.get(action) ?? [];
  const known = { principal, action, resourceAccount: accountOf(resource), context };
  // A trust policy says who may assume a role, not who may pass or change it.
  const own = action.startsWith('iam:') ? undefined : policy;
  return (arns.get(action) ?? []).flatMap((arn) => {
    const request = { ...known, resource: arn };
    // Where nothing allows, the denials don't matter.
    if (!invited && !identity.some((each) => mayAllow(each, request))) return [];
    const decision = evaluateRequest(request, { identity, boundary, resource: own });
    return decision.allowed === 'false' ? [] : [decision];
  });
}

/** The ARNs of a resource that each action is asked about, in the common spelling. */
export function spelledArns(target: Resource, spelling: Spelling): ReadonlyMap<string, readonly Value[]> {
  return new Map([...askedArns(target)].map(([action, arns]) => [action, arns.map((arn) => spelling.of(arn))]));
}

/** The condition keys that are known in every request of a role or user. */
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

/** The ARN of any user of a group. */
function anyUserOf(group: Resource): Value {
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

/** Whether a statement may name the role itself. One that names the account delegates to identity policies. */
function mayGrant({ principal: named }: Statement, principal: Principal): boolean {
  if (named === undefined) return true;
  const { role, session } = principalMatches(named, principal);
  return role !== 'false' || session !== 'false';
}

const ALL_ACTIONS = [...new Set(Object.values(ACTIONS).flat())];

/** The statements of a policy that may be about an action. */
export function about(policy: Policy, action: string): Policy {
  const concerns = ({ action: { negated, patterns } }: Statement): boolean =>
    negated || patterns.some((pattern) => matchAction(pattern, action) !== 'false');
  return { ...policy, alternatives: policy.alternatives.map((statements) => statements.filter(concerns)) };
}

function allowsAnything({ alternatives }: Policy): boolean {
  return alternatives.some((statements) => statements.some(({ effect }) => effect !== 'Deny'));
}

/**
 * Whether a resource's own policy may grant what identity policies don't: it names more than services and the account,
 * which delegates to identity policies.
 *
 * @param of `accounts`: also count accounts, because another account isn't the app's own
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

/** A policy whose text isn't in the template, unless it is known not to be about an action. */
function aboutForeign(arn: Value, action: string, holder: Resource): Policy[] {
  if (awsManagedPolicy(arn)?.mayAllow(action) === false) return [];
  return [unknownPolicy(String(arn), holder.path, 'not in the template')];
}

/** An AWS managed policy that is known for nothing but a workload's own logs, metrics and traces, its network, and its image. */
function isHarmless(arn: Value): boolean {
  return awsManagedPolicy(arn)?.isOrdinary === true;
}

/** The permissions boundary of a role or user, in the common spelling; undefined without one. */
export function boundaryOf(assembly: Assembly, role: Resource, spelling: Spelling): Policy | undefined {
  const branches = role.property('PermissionsBoundary');
  if (branches.every(({ value }) => value === undefined)) return undefined;
  const [first, ...others] = branches.map(({ value }) => boundaryIn(assembly, role, value));
  if (first === undefined || others.length === 0) return first && spelled(first, spelling);
  const alternatives = [first, ...others].flatMap((each) => each.alternatives);
  return spelled({ ...first, name: 'PermissionsBoundary', source: role.path, alternatives }, spelling);
}

/** What one boundary says; without one, nothing is bounded. */
function boundaryIn(assembly: Assembly, role: Resource, boundary: Value): Policy {
  if (boundary === undefined) return UNBOUNDED;
  const policy = assembly.find(boundary);
  return policy?.type === 'AWS::IAM::ManagedPolicy'
    ? readPolicy(policy.logicalId, policy.path, policy.property('PolicyDocument'))
    : unknownPolicy('PermissionsBoundary', role.path, 'the boundary is not in the template');
}

const UNBOUNDED = readPolicy('PermissionsBoundary', '', [
  { value: { Statement: { Effect: 'Allow', Action: '*', Resource: '*' } }, assuming: [] },
]);

/** A policy with every ARN and name in the common spelling. */
export function spelled(policy: Policy, spelling: Spelling, target?: Resource): Policy {
  return withValues(policy, (value) => spelling.of(fullApiArn(value, target)));
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

import type { PartKind } from '../checks/facts/part';
import {
  type Assembly,
  describe,
  isTextual,
  piecesOf,
  Reference,
  type Resource,
  referencesIn,
  unknownIn,
  type Value,
} from '../template';
import { isCertainlyDenied } from '../template/iam/certain-denials';
import { identityPoliciesOf } from '../template/iam/collect';
import { matchAction } from '../template/iam/evaluate';
import { maybeAbsent, type Policy, readPolicy, type Statement, statementsOf } from '../template/iam/policy';
import { resourcePolicyOf } from '../template/iam/resource-policies';
import { wideBoundary } from './boundaries';
import { BOUNDARY_DENIALS, FUNCTION_DENIALS, type MadeDenial, PLACE_DENIALS } from './made-denials';
import { namedAt } from './named-at';
import type { RuntimeParts } from './runtime-parts';

/**
 * Policies of the runtime's own resources that don't deny what this library has them deny, or that allow a service more. A Deny counts
 * where it is for everybody and has the one condition that this library writes, in every possible version of the policy.
 */
export function policiesNotAsMade(assembly: Assembly, parts: RuntimeParts): string[] {
  return assembly.resources.flatMap((resource) => {
    const faults = [
      ...deniesTooLittle(assembly, parts, resource),
      ...allowsServiceTooMuch(assembly, parts, resource),
      ...allowsCallersTooMuch(assembly, parts, resource),
      ...(parts.placeOf(resource) === 'boundary' ? wideBoundary(assembly, parts, resource) : []),
    ];
    return faults.map((fault) => `${resource.path}, the ${parts.placeOf(resource) ?? 'key of a log'}: ${fault}`);
  });
}

/** The resource whose policy it is, and what the policy's values name. */
interface World {
  readonly assembly: Assembly;
  readonly parts: RuntimeParts;
  readonly target: Resource;
}

const SECRETS = /^(credential|webhook|client-secret)$/;

function deniesTooLittle(assembly: Assembly, parts: RuntimeParts, resource: Resource): string[] {
  const place = parts.placeOf(resource);
  if (place === undefined) return [];
  if (place === 'boundary') return boundsTooLittle(assembly, parts, resource);
  const part = parts.ofWorkload(resource);
  const ways =
    resource.type === 'AWS::Lambda::Function' && part !== undefined
      ? FUNCTION_DENIALS[part.kind]
      : Object.hasOwn(PLACE_DENIALS, place)
        ? [PLACE_DENIALS[place] ?? []]
        : undefined;
  // An existing secret, or one of another app, has its policy elsewhere.
  if (ways === undefined) return [];
  const policy = resourcePolicyOf(assembly, resource);
  // A secret of the app may have none: SecretsOneReader says so.
  if (policy === undefined) return SECRETS.test(place) ? [] : ['has no policy of its own'];
  const own = { assembly, parts, target: resource };
  const [first = [], ...others] = ways.map((way) => lacking(policy, way, own));
  return others.some((each) => each.length === 0) ? [] : first;
}

function boundsTooLittle(assembly: Assembly, parts: RuntimeParts, boundary: Resource): string[] {
  if (!boundsConnector(assembly, parts, boundary)) return [];
  const policy = readPolicy(boundary.logicalId, boundary.path, boundary.property('PolicyDocument'));
  return lacking(boundary.presence === 'always' ? policy : maybeAbsent(policy), BOUNDARY_DENIALS);
}

/** Whether a connector's role has the boundary. Those of other parts only list the few actions that they leave. */
function boundsConnector(assembly: Assembly, parts: RuntimeParts, boundary: Resource): boolean {
  return assembly
    .ofType('AWS::IAM::Role')
    .filter((role) => /^(code )?connector$/.test(parts.ofRole(role)?.kind ?? ''))
    .some((role) => namedAt(assembly, role, 'PermissionsBoundary').includes(boundary));
}

/** The actions that nothing certainly denies. */
function lacking(policy: Policy, denials: readonly MadeDenial[], own?: World): string[] {
  return denials.flatMap((denial) => {
    const open = denial.actions.filter(
      (action) => !isCertainlyDenied([policy], (statement) => denies(statement, action, denial, own)),
    );
    const under = denial.under === undefined ? '' : ` by ${denial.under[1]}`;
    return open.length === 0 ? [] : [`nothing certainly denies ${open.join(', ')} to everybody else${under}`];
  });
}

function denies(statement: Statement, wanted: string, denial: MadeDenial, own: World | undefined): boolean {
  const { action, principal, resource, conditions } = statement;
  if (action.negated) return false;
  const isForAll =
    principal !== undefined && !principal.negated && principal.patterns.some(({ value }) => value === '*');
  // A boundary names no principals.
  if (own !== undefined && !isForAll) return false;
  const isMeant = action.patterns.some(
    (pattern) => pattern === wanted || pattern === '*' || matchAction(pattern, wanted.replaceAll('*', 'x')) === 'true',
  );
  return isMeant && isOn(resource, denial, own) && isUnder(conditions, denial, own);
}

function isOn(resource: Statement['resource'], { on }: MadeDenial, own: World | undefined): boolean {
  // A list of none: the statement may leave out what the part uses.
  if (on?.length === 0) return resource !== undefined;
  if (resource === undefined || resource.negated) return false;
  const named = resource.patterns.filter((each) => !isOfAnother(each, own)).map(describe);
  return (
    named.some((each) => /^(\*|execute-api:\/\*)$/.test(each)) ||
    (on ?? [/^\*$/]).every((p) => named.some((each) => p.test(each)))
  );
}

/** Whether what a statement is about names another resource than the one whose policy it is in. */
function isOfAnother(pattern: Value, own: World | undefined): boolean {
  return referencesIn(pattern).some((reference) => {
    const named = own?.assembly.find(reference);
    return named !== undefined && named !== own?.target;
  });
}

function isUnder(
  conditions: Statement['conditions'],
  { under, forParts, forKinds }: MadeDenial,
  own: World | undefined,
): boolean {
  const [only, ...others] = conditions;
  if (only === undefined) return true;
  if (others.length > 0) return false;
  const key = only.key.toLowerCase();
  if (under === undefined || !under[0].test(only.operator) || key !== under[1]) return false;
  const says = under[2];
  if (says !== undefined) return only.values.length > 0 && only.values.every((value) => says(describe(value)));
  const isSpared = (value: Value): boolean => {
    if (key === 'aws:principalaccount') return isAccount(value, own);
    // An API has one network. Another one that is spared is a way in.
    if (key === 'aws:sourcevpc') return only.values.length === 1 && isOfOwn(value);
    if (forKinds !== undefined && own !== undefined && !areOfKinds(value, forKinds, own)) return false;
    return forParts === true && own !== undefined ? isRoleOfPart(value, own) : isOfOwn(value);
  };
  return only.values.length > 0 && only.values.every(isSpared);
}

/** Whether the roles that a value names, also as the one of a session, are of these kinds. */
function areOfKinds(value: Value, kinds: readonly PartKind[], { assembly, parts }: World): boolean {
  return referencesIn(value).every((reference) => {
    const role = assembly.find(reference);
    if (role?.type !== 'AWS::IAM::Role') return true;
    const kind = parts.ofRole(role)?.kind;
    return kind !== undefined && kinds.includes(kind);
  });
}

function isRoleOfPart(value: Value, { assembly, parts }: World): boolean {
  const role = identityPoliciesOf(assembly).roleOf(value);
  return role !== undefined && parts.ofRole(role) !== undefined;
}

/** The account in which the templates are deployed. */
function isAccount(value: Value, own: World | undefined): boolean {
  if (value instanceof Reference) return value.logicalId === 'AWS::AccountId';
  return (
    own?.assembly.templates.some(({ source }) => source.account !== undefined && source.account === value) === true
  );
}

/** A value that spares something known: a resource of the app, an ARN without wildcards of its own account, a switch or a number. */
function isOfOwn(value: Value): boolean {
  if (typeof value === 'number' || typeof value === 'boolean') return true;
  if (!isTextual(value) || unknownIn(value) !== undefined) return false;
  const pieces = piecesOf(value) ?? [];
  if (pieces.some((piece) => piece instanceof Reference && !piece.isPseudo)) return true;
  return !/[*?]/.test(describe(value));
}

/** What services do with a key of the runtime: CloudWatch Logs for one stack's groups, CloudTrail for one trail. */
const OF_SERVICES = ['kms:Encrypt', 'kms:Decrypt', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:DescribeKey'];

function allowsServiceTooMuch(assembly: Assembly, parts: RuntimeParts, resource: Resource): string[] {
  if (parts.placeOf(resource) === 'trail files' && resource.type === 'AWS::S3::Bucket')
    return takesFromTrailOnly(assembly, resource);
  if (resource.type !== 'AWS::KMS::Key' || !isOfRuntime(assembly, parts, resource)) return [];
  const policy = readPolicy(resource.logicalId, resource.path, resource.property('KeyPolicy'));
  return statementsOf(policy).flatMap(({ effect, sid, principal, action, conditions }) => {
    const services = (principal?.patterns ?? []).filter(({ kind }) => kind === 'Service');
    if (effect === 'Deny' || services.length === 0) return [];
    const more = action.patterns.filter((each) => typeof each !== 'string' || !isAmong(each, OF_SERVICES));
    if (action.negated || more.length > 0) return [`${sid} allows a service ${more.map(describe).join(', ')}`];
    return conditions.length > 0 &&
      conditions.every(({ values }) => values.every((each) => isOfOwn(each) || isOneAccounts(each)))
      ? []
      : [`${sid} allows a service to act for everybody`];
  });
}

/** The bucket of the trail's files takes them for one trail. */
function takesFromTrailOnly(assembly: Assembly, bucket: Resource): string[] {
  const policy = resourcePolicyOf(assembly, bucket);
  const allows = policy === undefined ? [] : statementsOf(policy).filter(({ effect }) => effect !== 'Deny');
  return allows.flatMap(({ sid, action, principal, conditions }) => {
    const isTrail = principal?.patterns.every(
      ({ kind, value }) => kind === 'Service' && value === 'cloudtrail.amazonaws.com',
    );
    if (isTrail !== true || principal?.negated) return [`${sid} lets others in than CloudTrail`];
    const more = action.patterns.find((each) => each !== 's3:GetBucketAcl' && each !== 's3:PutObject');
    if (action.negated || more !== undefined) return [`${sid} allows CloudTrail ${describe(more)}`];
    const ofSource = conditions.filter(({ key }) => key.toLowerCase() === 'aws:sourcearn');
    const isPinned = ofSource.some(({ values }) => values.length > 0 && values.every((each) => isOfOwn(each)));
    if (!isPinned) return [`${sid} takes files from any trail`];
    const isOwned = conditions.some(
      ({ operator, key, values }) =>
        operator === 'StringEquals' &&
        key.toLowerCase() === 's3:x-amz-acl' &&
        values.length > 0 &&
        values.every((value) => value === 'bucket-owner-full-control'),
    );
    return isOwned || !action.patterns.includes('s3:PutObject') ? [] : [`${sid} takes files that others own`];
  });
}

/** The policies of functions and APIs let callers in for one action: services for one source, roles by name. */
function allowsCallersTooMuch(assembly: Assembly, parts: RuntimeParts, resource: Resource): string[] {
  const part = parts.ofWorkload(resource);
  const isFunction = resource.type === 'AWS::Lambda::Function' && part !== undefined && part.kind in FUNCTION_DENIALS;
  const isApi = /^(gate|desk|operator) API$/.test(parts.placeOf(resource) ?? '');
  const policy = isFunction || isApi ? resourcePolicyOf(assembly, resource) : undefined;
  if (policy === undefined) return [];
  const meant = isFunction ? 'lambda:InvokeFunction' : 'execute-api:Invoke';
  return statementsOf(policy).flatMap((statement) => {
    const fault = statement.effect === 'Deny' ? undefined : callerFault(statement, meant);
    if (fault !== undefined) return [`${statement.sid} ${fault}`];
    // An API's roles are named by a denial. A function's callers are services, each for its source.
    return isFunction && statement.effect !== 'Deny' && isForAnybody(statement)
      ? [`${statement.sid} lets anybody in, not one service`]
      : [];
  });
}

function isForAnybody({ principal }: Statement): boolean {
  return principal === undefined || principal.negated || principal.patterns.some(({ value }) => value === '*');
}

function callerFault({ effect, principal, action, conditions, unknown }: Statement, meant: string): string | undefined {
  if (effect === 'unknown' || unknown.length > 0) return "allows what can't be proven";
  const more = action.patterns.filter((each) => each !== meant);
  if (action.negated || more.length > 0) return `allows ${more.map(describe).join(', ')}, not ${meant} alone`;
  if (principal?.patterns.some(({ kind }) => kind === 'Service') !== true) return undefined;
  const ofSource = conditions.filter(({ key }) => key.toLowerCase() === 'aws:sourcearn');
  const isPinned =
    ofSource.length > 0 && ofSource.every(({ values }) => values.length > 0 && values.every((each) => isOfOwn(each)));
  return isPinned ? undefined : 'lets a service in for any source';
}

/** An ARN of one account, which may end with a wildcard: the log groups of a stack. */
function isOneAccounts(value: Value): boolean {
  if (!isTextual(value) || unknownIn(value) !== undefined) return false;
  const [arn, , service, , account, ...rest] = describe(value)
    .replace(/\$\{AWS::(\w+)\}/g, '$1')
    .split(':');
  const named = rest.join(':').replace(/[*?].*$/, '');
  return (
    arn === 'arn' && [service, account].every((each) => /^[\w-]+$/.test(each ?? '')) && !/^(log-group:?)?$/.test(named)
  );
}

function isAmong(action: string, allowed: readonly string[]): boolean {
  return allowed.some((each) => each === action || matchAction(each, action.replaceAll('*', 'x')) === 'true');
}

/** Keys of places, and those of the logs of the runtime. */
function isOfRuntime(assembly: Assembly, parts: RuntimeParts, key: Resource): boolean {
  const place = parts.placeOf(key);
  if (place !== undefined)
    return /^(signing key|key of the (ledger|witness|evidence|publication|trail files))$/.test(place);
  return assembly
    .ofType('AWS::Logs::LogGroup')
    .some((log) => /logs$/.test(parts.placeOf(log) ?? '') && namedAt(assembly, log, 'KmsKeyId').includes(key));
}

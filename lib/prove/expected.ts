import { BUNDLED_ACTIONS } from '../../runtime/core/bundled-actions';
import type { Part, PartKind } from '../checks/facts/part';
import type { Assembly, Resource } from '../template';
import type { Access } from '../template/iam/access';
import { ACTIONS } from '../template/iam/asked';
import type { Statement } from '../template/iam/policy';
import { isAppsOwn } from './apps-own';
import type { RuntimeParts } from './runtime-parts';
import { isGrantOfLedger } from './unexpected-rights';

const READ = ['s3:GetObject'];
const READS_PUBLICATION = ['s3:GetObject', 's3:GetObjectVersion', 's3:ListBucket', 's3:ListBucketVersions'];
const READ_LOGS = ['logs:GetLogEvents', 'logs:FilterLogEvents'];
const WRITE = ['s3:GetObject', 's3:PutObject'];

/** What each part may do to the resources in its own configuration. Everything else is unexpected. */
const MAY: { readonly [kind in PartKind]?: { readonly [place: string]: readonly string[] } } = {
  gate: {
    state: ['dynamodb:GetItem', 'dynamodb:Query', 'dynamodb:PutItem', 'dynamodb:UpdateItem'],
    ledger: WRITE,
    evidence: WRITE,
    executor: ['lambda:InvokeFunction'],
    // For tools that take longer than the gate waits.
    'approved call': ['lambda:InvokeFunction'],
    workflow: ['states:StartExecution'],
  },
  connector: {
    state: ['dynamodb:GetItem', 'dynamodb:UpdateItem'],
    ledger: READ,
    evidence: READ,
    credential: ['secretsmanager:GetSecretValue'],
    'own resource': [
      's3:GetObject',
      's3:GetObjectVersion',
      's3:ListBucket',
      's3:PutObject',
      'lambda:InvokeFunction',
      ...Object.keys(BUNDLED_ACTIONS),
    ],
    'function of the own resource': ['lambda:InvokeFunction'],
  },
  'code connector': {
    state: ['dynamodb:GetItem', 'dynamodb:UpdateItem'],
    ledger: READ,
    evidence: READ,
    'code sandbox': ['lambda:InvokeFunction'],
  },
  sealer: {
    ledger: [...WRITE, 's3:ListBucket'],
    publication: [...WRITE, 's3:ListBucket'],
    witness: [...WRITE, 's3:ListBucket'],
    'signing key': ['kms:Sign'],
  },
  'token keeper': { state: ['dynamodb:GetItem', 'dynamodb:PutItem'] },
  'request viewer': { state: ['dynamodb:GetItem', 'dynamodb:Query'], evidence: READ },
  decision: { state: ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'], ledger: WRITE },
  'web desk': {
    state: ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:DeleteItem'],
    'shown by': ['lambda:InvokeFunction'],
    'decided by': ['lambda:InvokeFunction'],
    'client-secret': ['secretsmanager:GetSecretValue'],
  },
  'approved call': {
    state: ['dynamodb:GetItem', 'dynamodb:UpdateItem'],
    ledger: WRITE,
    evidence: WRITE,
    executor: ['lambda:InvokeFunction'],
  },
  'request closer': { state: ['dynamodb:GetItem', 'dynamodb:UpdateItem'], ledger: WRITE },
  'session launcher': {
    state: ['dynamodb:GetItem', 'dynamodb:Query', 'dynamodb:PutItem', 'dynamodb:UpdateItem', 'dynamodb:DeleteItem'],
    ledger: WRITE,
    evidence: ['s3:PutObject'],
    // Whether a document is there, and how large it is.
    documents: ['s3:ListBucketVersions'],
    task: ['ecs:RunTask'],
    'task role': ['iam:PassRole'],
  },
  'webhook notifier': { webhook: ['secretsmanager:GetSecretValue'] },
  'session end': {
    state: ['dynamodb:GetItem', 'dynamodb:Query', 'dynamodb:UpdateItem', 'dynamodb:DeleteItem'],
    ledger: WRITE,
  },
  'session sweep': {
    state: ['dynamodb:GetItem', 'dynamodb:Query', 'dynamodb:UpdateItem', 'dynamodb:DeleteItem'],
    ledger: WRITE,
    cluster: ['ecs:StopTask'],
  },
  'operator desk': {
    state: ['dynamodb:GetItem', 'dynamodb:Query', 'dynamodb:PutItem', 'dynamodb:UpdateItem', 'dynamodb:DeleteItem'],
    ledger: WRITE,
    evidence: ['s3:PutObject'],
    cluster: ['ecs:StopTask'],
  },
};

/** What a part may do to another part that isn't in its configuration. */
const MAY_BY_PLACE: { readonly [kind in PartKind]?: { readonly [place: string]: readonly string[] } } = {
  agent: { 'gate API': ['execute-api:Invoke'] },
  approver: { 'desk API': ['execute-api:Invoke'] },
  operator: { 'operator API': ['execute-api:Invoke'] },
  'operator desk': { workflow: ['states:StopExecution'] },
  decision: { workflow: ['states:SendTaskSuccess'] },
  'approval workflow': {
    'token keeper': ['lambda:InvokeFunction'],
    'approved call': ['lambda:InvokeFunction'],
    'request closer': ['lambda:InvokeFunction'],
  },
  'watch starter': { 'approval watch': ['states:StartExecution'] },
};

/** What a role outside the runtime may do to the runtime: open sessions, decide as an approver, stop as an operator, verify the publication, and use what is the app's own. */
function mayFromOutside(place: string, action: string): boolean {
  return (
    isAppsOwn(place) ||
    // The publication is what its name says: signed roots and hashes, which everybody needs who verifies.
    (place === 'publication' && READS_PUBLICATION.includes(action)) ||
    (place === 'session launcher' && action === 'lambda:InvokeFunction') ||
    ((place === 'approver' || place === 'operator') && action === 'sts:AssumeRole')
  );
}

/** Whether an access belongs to the role's part. Without grounds: whether it can. */
export function isExpected(
  parts: RuntimeParts,
  { role, action, target, grounds }: Pick<Access, 'role' | 'action' | 'target'> & Partial<Access>,
): boolean {
  const part = parts.ofRole(role);
  const place = parts.placeOf(target);
  // Anybody may open the page of the web desk. Its function checks who signed in.
  if (place === 'web desk API' && action === 'execute-api:Invoke') return true;
  const given = (grounds ?? []).flatMap(({ statement }) => (statement.principal === undefined ? [statement] : []));
  if (part === undefined) {
    if (place === undefined || mayFromOutside(place, action)) return true;
    return given.length > 0 && given.every((statement) => isGrantOfLedger(parts, role, statement));
  }
  if (parts.isForeign(part, target)) return false;
  // API Gateway demands to read the logs of the whole account.
  if (part.kind === 'API logs') return READ_LOGS.includes(action);
  if (mayUseKeyElsewhere(part, action) && given.length > 0 && given.every(namesKeyElsewhere)) return true;
  if (place !== undefined && MAY_BY_PLACE[part.kind]?.[place]?.includes(action)) return true;
  return parts
    .configuredAs(part, target)
    .some((configured) => mayUse(part, configured, action) && !(configured === OWN && isOfRuntime(place)));
}

const OWN = 'own resource';

/** The runtime's ledger or gate is no resource of a connector, even if an operation names it. Documents are meant to be both. */
function isOfRuntime(place: string | undefined): boolean {
  return place !== undefined && !isAppsOwn(place);
}

/**
 * An existing key may be any key. For a connector, a notifier and a web desk, decrypting alone reads nothing. The sealer's statement is held to its
 * witness bucket by `unexpectedRights`.
 */
function mayUseKeyElsewhere({ kind }: Part, action: string): boolean {
  return action === 'kms:Decrypt'
    ? kind === 'connector' || kind === 'webhook notifier' || kind === 'web desk' || kind === 'sealer'
    : kind === 'sealer' && action === 'kms:GenerateDataKey';
}

function namesKeyElsewhere({ resource }: Statement): boolean {
  const patterns = resource?.patterns ?? [];
  return (
    patterns.length > 0 && patterns.every((pattern) => typeof pattern === 'string' && /:key\/[^*?]+$/.test(pattern))
  );
}

function mayUse({ kind }: Part, place: string, action: string): boolean {
  if (place.startsWith('key of the ')) return mayUseKey(kind, place.slice('key of the '.length), action);
  return MAY[kind]?.[place]?.includes(action) === true;
}

/** A key follows the use of its bucket or secret: decrypt to read, a data key to write. */
function mayUseKey(kind: PartKind, place: string, action: string): boolean {
  const may = MAY[kind]?.[place] ?? [];
  if (action === 'kms:Decrypt') return may.some((each) => /:Get/.test(each));
  return action === 'kms:GenerateDataKey' && may.some((each) => /:(Put|Update|Send|Publish)/.test(each));
}

/** Everything that the runtime's parts may do. */
export function expectedOf(
  assembly: Assembly,
  parts: RuntimeParts,
): { role: Resource; action: string; target: Resource }[] {
  const roles = assembly.ofType('AWS::IAM::Role').filter((role) => parts.ofRole(role) !== undefined);
  const targets = Object.keys(ACTIONS).flatMap((type) =>
    assembly.ofType(type).filter((t) => parts.placeOf(t) !== undefined),
  );
  return roles.flatMap((role) =>
    targets
      .filter((target) => mayBeExpected(parts, role, target))
      .flatMap((target) =>
        (ACTIONS[target.type] ?? [])
          .map((action) => ({ role, action, target }))
          .filter((access) => isExpected(parts, access)),
      ),
  );
}

/** Whether any action of a part's role on a target may be expected. Most roles have nothing to do with most targets. */
function mayBeExpected(parts: RuntimeParts, role: Resource, target: Resource): boolean {
  const part = parts.ofRole(role);
  if (part === undefined || part.kind === 'API logs') return true;
  const place = parts.placeOf(target);
  const byPlace = place === undefined ? undefined : MAY_BY_PLACE[part.kind]?.[place];
  return byPlace !== undefined || parts.configuredAs(part, target).length > 0;
}

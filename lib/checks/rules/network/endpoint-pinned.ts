import { describe, isTextual, piecesOf, Reference, Unresolved, type Value } from '../../../template';
import type { Statement } from '../../../template/iam/policy';
import { readPolicy, statementsOf } from '../../../template/iam/policy';
import { unproven } from '../../judge/branches';
import { statementPath } from '../../judge/statement-width';
import type { Rule } from '../../rule';

/** Nobody's smuggled credentials use our endpoints towards an account that isn't ours. */
export const endpointPinned: Rule = {
  id: 'NetworkEndpointPinned',
  pillar: 'network',
  severity: 'fatal',
  holds: 'Every VPC endpoint has a policy that pins who calls (principal) and whose resource is called (account).',
  source:
    'AWS PrivateLink Guide, "Control access to VPC endpoints using endpoint policies"; AWS whitepaper "Building a Data Perimeter on AWS"',
  fix: 'Give the endpoint a policy whose every Allow has aws:PrincipalArn (or a named principal) and aws:ResourceAccount, or names resources of your own account.',
  *check(assembly) {
    for (const endpoint of assembly.ofType('AWS::EC2::VPCEndpoint')) {
      const property = 'Properties.PolicyDocument';
      const document = endpoint.property('PolicyDocument');
      if (document.some((branch) => branch.value === undefined)) {
        yield { resource: endpoint, property, message: 'has no policy: the default allows everything to everybody' };
      }
      for (const statement of statementsOf(readPolicy(endpoint.logicalId, endpoint.path, document))) {
        if (statement.effect === 'Deny') continue;
        const at = statementPath(property, statement);
        for (const unknown of statement.unknown) yield { resource: endpoint, property: at, message: unproven(unknown) };
        if (statement.unknown.length > 0 || isImageLayers(statement)) continue;
        const principal = principalFault(statement);
        if (principal !== undefined) yield { resource: endpoint, property: `${at}.Principal`, message: principal };
        const account = accountFault(statement);
        if (account !== undefined) yield { resource: endpoint, property: `${at}.Resource`, message: account };
      }
    }
  },
};

/** Condition keys that say who calls. */
const PRINCIPAL_KEYS = new Set(['aws:principalarn', 'aws:principalaccount', 'aws:principalorgid']);
/** Condition keys that say whose resource is called. */
const ACCOUNT_KEYS = new Set(['aws:resourceaccount', 'aws:resourceorgid', 's3:resourceaccount']);
/** Operators that hold a key to the values; an absent key fails them. */
const EQUAL = /^(ForAnyValue:)?(StringEquals|StringEqualsIgnoreCase|StringLike|ArnEquals|ArnLike)$/i;

/** Whether a condition holds one of the keys to known values; the fault where it tries to and doesn't. */
function pinning(statement: Statement, keys: ReadonlySet<string>): { pinned: boolean; fault?: string } {
  let fault: string | undefined;
  for (const { operator, key, values } of statement.conditions) {
    if (!keys.has(key.toLowerCase()) || !EQUAL.test(operator)) continue;
    const unknown = values.find((value) => value instanceof Unresolved);
    if (unknown instanceof Unresolved && !isAccountOfKnownArn(unknown)) fault = unproven(unknown);
    else if (values.some((value) => typeof value === 'string' && /^(\*|arn:\*.*|.*:role\/\*)$/.test(value))) {
      fault = `the condition on ${key} takes anybody`;
    } else if (values.length > 0) return { pinned: true };
  }
  return { pinned: false, fault };
}

function principalFault(statement: Statement): string | undefined {
  const { pinned, fault } = pinning(statement, PRINCIPAL_KEYS);
  if (pinned || fault !== undefined) return fault;
  const { principal } = statement;
  if (principal === undefined) return 'names no principal';
  if (principal.negated) return 'takes every principal but those it names';
  for (const { value } of principal.patterns) {
    if (value instanceof Unresolved) return unproven(value);
    if (!isTextual(value) || String(value).includes('*')) {
      return `takes the principal ${describe(value)}: whoever brings credentials of any account`;
    }
  }
  return undefined;
}

function accountFault(statement: Statement): string | undefined {
  const { pinned, fault } = pinning(statement, ACCOUNT_KEYS);
  if (pinned || fault !== undefined) return fault;
  // A token for the own registry: the action takes no resource, and the token is the caller's.
  const actions = statement.action.patterns;
  if (!statement.action.negated && actions.every((a) => a === 'ecr:GetAuthorizationToken')) return undefined;
  const { resource } = statement;
  if (resource === undefined || resource.negated) return 'names no resource account';
  for (const pattern of resource.patterns) {
    if (pattern instanceof Unresolved) return unproven(pattern);
    if (!isOwnResource(pattern)) {
      return `allows ${describe(pattern)} without aws:ResourceAccount: it may lie in another account`;
    }
  }
  return undefined;
}

/** A resource of this app, an ARN with an account in it, or one of the models that AWS owns. */
function isOwnResource(pattern: Value): boolean {
  const pieces = piecesOf(pattern) ?? [];
  const [first] = pieces;
  if (first instanceof Reference && !first.isPseudo) return true;
  if (pieces.some((piece) => piece instanceof Unresolved)) return false;
  const segments = pieces
    .map((piece) => (typeof piece === 'string' ? piece : '='))
    .join('')
    .split(':');
  const [, , service, , account, kind = ''] = segments;
  if (service === 'bedrock' && account === '' && kind.startsWith('foundation-model/')) return true;
  return account !== undefined && account !== '' && !/[*?]/.test(account);
}

/** Account cut out of an attribute's ARN: known as soon as the resource is. */
function isAccountOfKnownArn(value: Unresolved): boolean {
  return value.parts.some(
    (part) => part instanceof Reference || (part instanceof Unresolved && isAccountOfKnownArn(part)),
  );
}

/**
 * GetObject on the bucket that ECR keeps image layers in: AWS's own account, and no principal that could be named.
 * Source: Amazon ECR User Guide, "Amazon ECR interface VPC endpoints: Minimum Amazon S3 bucket permissions".
 */
function isImageLayers(statement: Statement): boolean {
  const { action, resource } = statement;
  if (action.negated || resource === undefined || resource.negated) return false;
  return (
    action.patterns.every((a) => a === 's3:GetObject') &&
    resource.patterns.length > 0 &&
    resource.patterns.every((r) => IMAGE_LAYERS.test(describe(r)))
  );
}

/** A region, or the pseudo parameter: any other text would let somebody name a bucket of their own. */
const IMAGE_LAYERS =
  /^arn:(aws[a-z-]*|\$\{AWS::Partition\}):s3:::prod-(\$\{AWS::Region\}|[a-z]{2}(-[a-z]+)+-\d)-starport-layer-bucket\/\*$/;

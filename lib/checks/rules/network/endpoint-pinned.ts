import {
  type Assembly,
  describe,
  isTextual,
  piecesOf,
  Reference,
  type Resource,
  Unresolved,
  unknownIn,
  type Value,
} from '../../../template';
import { readPolicy, type Statement, statementsOf } from '../../../template/iam/policy';
import { AGENT_IN_NETWORK } from '../../examples/agent-in-network';
import { isInNetworkApart } from '../../facts/networks-apart';
import { hasOwnRuntime } from '../../facts/own-runtime';
import { networksOf } from '../../facts/placements';
import { unproven } from '../../judge/offences';
import { statementPath } from '../../judge/statement-width';
import type { Offence, Rule } from '../../rule';

/** Foreign credentials that reach the sandbox can't use its endpoints to send data to another account. */
export const endpointPinned: Rule = {
  id: 'NetworkEndpointPinned',
  pillar: 'network',
  severity: 'fatal',
  holds:
    'Every VPC endpoint in the network of a model caller has a policy that limits the calling principals or the account of the called resources; in a network of a gate’s runtime, every endpoint and both. In another network it is a warning.',
  source:
    'AWS PrivateLink Guide, "Control access to VPC endpoints using endpoint policies"; AWS whitepaper "Building a Data Perimeter on AWS"',
  fix: 'Give the endpoint a policy. Each Allow needs aws:PrincipalArn or a named principal, and aws:ResourceAccount or resources of your own account.',
  lists: ['ASI03', 'NIST SP 800-53 AC-4', 'NIST SP 800-53 SC-7'],
  insecure: template(''),
  secure: template(`      PolicyDocument:
        Statement:
          - Effect: Allow
            Principal: { AWS: !GetAtt Role.Arn }
            Action: bedrock:InvokeModel
            Resource: "*"
            Condition: { StringEquals: { aws:ResourceAccount: !Ref AWS::AccountId } }
`),
  *check(assembly) {
    const networks = networksOf(assembly);
    for (const endpoint of assembly.ofType('AWS::EC2::VPCEndpoint')) {
      const isOwn = hasOwnRuntime(assembly) && !isInNetworkApart(assembly, endpoint);
      const isAgents = isOwn || isIn(assembly, endpoint, networks);
      for (const offence of offencesAt(endpoint, isOwn)) yield isAgents ? offence : { ...offence, severity: 'warning' };
    }
  },
};

const PROPERTY = 'Properties.PolicyDocument';

/** @param both whether callers and resources must be pinned. To leave, data needs an account that neither of them admits. */
function* offencesAt(endpoint: Resource, both: boolean): Generator<Offence> {
  const document = endpoint.property('PolicyDocument');
  if (document.some((branch) => branch.value === undefined)) {
    const message = 'has no policy: the default policy allows everything to everybody';
    yield { resource: endpoint, property: PROPERTY, message };
  }
  const statements = statementsOf(readPolicy(endpoint.logicalId, endpoint.path, document));
  const isGiven = document.every(({ value }) => value !== undefined);
  if (isGiven && statements.every(({ effect }) => effect === 'Deny')) {
    const message = 'can’t be proven: the policy allows nothing by name, so nothing says whom the endpoint serves';
    yield { resource: endpoint, property: PROPERTY, message };
  }
  for (const statement of statements) {
    if (statement.effect !== 'Deny') yield* statementOffences(endpoint, statement, both);
  }
}

function isIn(assembly: Assembly, endpoint: Resource, networks: ReadonlyMap<Resource, unknown>): boolean {
  return endpoint.property('VpcId').some(({ value }) => {
    const network = assembly.find(value);
    return network !== undefined && networks.has(network);
  });
}

/** @param both whether callers and resources must be pinned. To leave, data needs an account that neither of them admits. */
function* statementOffences(endpoint: Resource, statement: Statement, both: boolean): Generator<Offence> {
  const at = statementPath(PROPERTY, statement);
  for (const unknown of statement.unknown) yield { resource: endpoint, property: at, message: unproven(unknown) };
  if (statement.unknown.length > 0 || isImageLayers(statement)) return;
  const principal = principalFault(statement);
  const account = accountFault(statement);
  if (!both) {
    if (principal !== undefined && account !== undefined) {
      yield { resource: endpoint, property: at, message: `${principal}; and it ${account}` };
      return;
    }
    const unknown = [principal, account].find((fault) => fault?.startsWith(UNPROVEN));
    // The other one holds, but nobody meant this one to be open.
    if (unknown !== undefined) yield { resource: endpoint, property: at, message: unknown, severity: 'warning' };
    return;
  }
  if (principal !== undefined) yield { resource: endpoint, property: `${at}.Principal`, message: principal };
  if (account !== undefined) yield { resource: endpoint, property: `${at}.Resource`, message: account };
}

const UNPROVEN = "can't be proven";

/** Condition keys for the caller. */
const PRINCIPAL_KEYS = new Set(['aws:principalarn', 'aws:principalaccount', 'aws:principalorgid']);
/** Condition keys for the owner of the called resource. */
const ACCOUNT_KEYS = new Set(['aws:resourceaccount', 'aws:resourceorgid', 's3:resourceaccount']);
/** Operators that require one of the values. An absent key doesn't fulfil them. */
const EQUAL = /^(ForAnyValue:)?(StringEquals|StringEqualsIgnoreCase|StringLike|ArnEquals|ArnLike)$/i;

/** Whether a condition limits one of the keys to known values, and the fault of one that fails to. */
function pinning(statement: Statement, keys: ReadonlySet<string>): { pinned: boolean; fault?: string } {
  let fault: string | undefined;
  for (const { operator, key, values } of statement.conditions) {
    if (!keys.has(key.toLowerCase()) || !EQUAL.test(operator)) continue;
    const unknown = values.map(unknownIn).find((value) => value !== undefined && !isAccountOfKnownArn(value));
    if (unknown !== undefined) fault = unproven(unknown);
    else if (values.some((value) => isAnybody(textOfOne(value), operator))) {
      fault = `the condition on ${key} allows anybody`;
    } else if (values.length > 0) return { pinned: true };
  }
  return { pinned: false, fault };
}

/** A text in which a sign stands for each piece that is known only after deployment, and is one name. */
function textOfOne(value: Value): string {
  return (piecesOf(value) ?? []).map((piece) => (typeof piece === 'string' ? piece : '=')).join('');
}

/** A wildcard for everybody, for every role, in the account of an ARN, or in the id of an account or organization. */
function isAnybody(value: string, operator: string): boolean {
  const account = value.split(':')[4];
  if (account === undefined && /Like$/i.test(operator) && /[*?]/.test(value)) return true;
  return /^(\*|arn:\*.*|.*:role\/\*)$/.test(value) || (value.startsWith('arn:') && /[*?]/.test(account ?? '*'));
}

function principalFault(statement: Statement): string | undefined {
  const { pinned, fault } = pinning(statement, PRINCIPAL_KEYS);
  if (pinned || fault !== undefined) return fault;
  const { principal } = statement;
  if (principal === undefined) return 'names no principal';
  if (principal.negated) return 'allows every principal except those it names';
  for (const { value } of principal.patterns) {
    const unknown = unknownIn(value);
    if (unknown !== undefined) return unproven(unknown);
    if (!isTextual(value) || String(value).includes('*')) {
      return `allows the principal ${describe(value)}: credentials of any account work`;
    }
  }
  return undefined;
}

function accountFault(statement: Statement): string | undefined {
  const { pinned, fault } = pinning(statement, ACCOUNT_KEYS);
  if (pinned || fault !== undefined) return fault;
  // The action takes no resource. The token is for the caller's own registry.
  const actions = statement.action.patterns;
  if (!statement.action.negated && actions.every((a) => a === 'ecr:GetAuthorizationToken' || a === 'ecs:ListTasks'))
    return undefined;
  const { resource } = statement;
  if (resource === undefined || resource.negated) return 'names no resource account';
  for (const pattern of resource.patterns) {
    if (pattern instanceof Unresolved) return unproven(pattern);
    if (!isOwnResource(pattern)) {
      return `allows ${describe(pattern)} without aws:ResourceAccount: it may be in another account`;
    }
  }
  return undefined;
}

/** A resource of this app, an ARN with an account, or a model that AWS owns. */
function isOwnResource(pattern: Value): boolean {
  const pieces = piecesOf(pattern) ?? [];
  const [first] = pieces;
  if (first instanceof Reference && !first.isPseudo) return true;
  if (pieces.some((piece) => piece instanceof Unresolved)) return false;
  const segments = textOfOne(pattern).split(':');
  const [, , service, , account, kind = ''] = segments;
  if (service === 'bedrock' && account === '' && kind.startsWith('foundation-model/')) return true;
  return account !== undefined && account !== '' && !/[*?]/.test(account);
}

/** The account part of an attribute's ARN. It is the account of a resource of this app. */
function isAccountOfKnownArn(value: Unresolved): boolean {
  return value.parts.some(
    (part) => part instanceof Reference || (part instanceof Unresolved && isAccountOfKnownArn(part)),
  );
}

/**
 * GetObject on ECR's bucket with image layers. It is in AWS's own account, and the requests have no principal to name.
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

/** With a region, or the pseudo parameter for it. Other text could be part of a bucket name in another account. */
const IMAGE_LAYERS =
  /^arn:(aws[a-z-]*|\$\{AWS::Partition\}):s3:::prod-(\$\{AWS::Region\}|[a-z]{2}(-[a-z]+)+-\d)-starport-layer-bucket\/\*$/;

/** The smallest app that the rule speaks of. */
function template(differing: string): string {
  return `${AGENT_IN_NETWORK}  Endpoint:
    Type: AWS::EC2::VPCEndpoint
    Properties:
      VpcId: !Ref Vpc
      ServiceName: com.amazonaws.eu-west-1.bedrock-runtime
${differing}`;
}

import { NETWORK_INTERFACE_ACTIONS } from '../../private/network-interface-actions';
import { actionsMatching, type KnownAction } from '../../template/iam/actions';
import { describe, Unresolved, type Value } from '../../template/index';
import { escalationBy } from './escalations';
import { unproven } from './offences';

/**
 * Actions that a policy can only allow on `*`, although AWS lists a resource for them, and groups of reads nearly all of which take
 * none.
 *
 * Source: Amazon EC2 User Guide, "Example policies to control access the Amazon EC2 API"; CloudWatch User Guide, "Using condition keys to
 * limit access to CloudWatch namespaces"; Lambda Developer Guide, "Giving Lambda functions access to resources in an Amazon VPC".
 */
const ON_ANY_RESOURCE: ReadonlySet<string> = new Set(
  [
    ...NETWORK_INTERFACE_ACTIONS,
    // In SAM's VPCAccessPolicy; the interfaces are chosen by Lambda.
    'ec2:DetachNetworkInterface',
    'cloudwatch:PutMetricData',
    'cloudwatch:GetMetricData',
    'cloudwatch:ListMetrics',
    'ec2:Describe*',
    // An instance says that it is there, before it is known which.
    'ssm:UpdateInstanceInformation',
    'ssm:ListInstanceAssociations',
    // A flow's role is made before the flow, whose id is chosen then.
    'bedrock:GetFlow',
    'bedrock:GetFlowVersion',
  ].map((action) => action.toLowerCase()),
);

/**
 * True when each action that a pattern covers tells names and settings only. Lists of a bucket and of an agent's memory tell what people
 * stored.
 */
export function readsMetadata(pattern: Value): boolean {
  if (typeof pattern !== 'string') return false;
  const covered = actionsMatching(pattern);
  return covered.length > 0 && covered.every(({ name, level }) => level === 'read' && METADATA.test(name));
}

const METADATA =
  /^((?!s3:|bedrock-agentcore:)[a-z0-9-]+:(Describe|List)\w+|s3:(ListAllMyBuckets|GetBucketLocation)|bedrock:GetFoundationModel|s3files:GetAccessPoint|bedrock-agentcore:(Get(Gateway|GatewayTarget|Registry|RegistryRecord)|List(Gateways|GatewayTargets|Registries|RegistryRecords)|SearchRegistryRecords)|cloudwatch:GenerateQuery\w*)$/;

/** Groups of actions that AWS documents together, each of which takes no resource. */
const DOCUMENTED_GROUPS: ReadonlySet<string> = new Set(['ssmmessages:*', 'ec2messages:*']);

/** True when each action that a pattern covers is known and takes no resource. */
export function takesNoResource(pattern: Value): boolean {
  if (typeof pattern !== 'string') return false;
  const covered = actionsMatching(pattern);
  return (
    isOnAnyResource(pattern) ||
    isEmptyGroup(pattern, covered) ||
    (covered.length > 0 && covered.every(({ name, takesResource }) => !takesResource || isOnAnyResource(name)))
  );
}

/** Costs and budgets are those of the account. A text is told to Comprehend with the call; its resources are models of one's own. */
const WITHOUT_RESOURCE =
  /^(ce:(get|list|describe)[a-z]*\*?|budgets:view[a-z]*\*?|comprehend:((batch)?detect|contains)[a-z]*\*?)$/;

function isOnAnyResource(action: string): boolean {
  const name = action.toLowerCase();
  return ON_ANY_RESOURCE.has(name) || WITHOUT_RESOURCE.test(name);
}

/**
 * Why an action is too wide; undefined when it isn't. A wildcard may cover reads of one service, or one action in its variants:
 * `s3:Get*`, `s3:DeleteObject*`. Which resources it is about is judged by itself.
 */
export function wideAction(pattern: Value): string | undefined {
  if (pattern instanceof Unresolved) return unproven(pattern);
  if (typeof pattern !== 'string') return `can't be proven: the action ${describe(pattern)} isn't plain text`;
  if (!/[*?]/.test(pattern)) return undefined;
  const covered = actionsMatching(pattern);
  if (isGroupOfOne(pattern, covered) || isEmptyGroup(pattern, covered)) return undefined;
  const [first, second] = [...covered].sort((a, b) => harm(b) - harm(a));
  if (first === undefined) return `allows ${pattern}: a wildcard`;
  const examples = second === undefined ? first.name : `${first.name} and ${second.name}`;
  return `allows ${pattern}: a wildcard for ${covered.length} actions, such as ${examples}`;
}

/** One kind of reads of a service, or one action in its variants. */
function isGroupOfOne(pattern: string, covered: readonly KnownAction[]): boolean {
  if (DOCUMENTED_GROUPS.has(pattern.toLowerCase())) return true;
  const [, start] = /^[a-z0-9-]+:([a-z]+)[a-z*]*$/i.exec(pattern) ?? [];
  if (start === undefined || covered.length === 0) return false;
  if (covered.some((action) => action.level === 'permissions' || escalationBy(action) !== undefined)) return false;
  if (covered.every(({ level }) => level === 'read')) return true;
  const whole = pattern.replace(/\*$/, '').toLowerCase();
  return covered.length <= 2 || covered.some(({ name }) => name.toLowerCase() === whole);
}

/** Reads of a known service among which there is none of that name. */
function isEmptyGroup(pattern: string, covered: readonly KnownAction[]): boolean {
  const [, service] = /^([a-z0-9-]+):(Get|List|Describe)[A-Za-z]+\*$/.exec(pattern) ?? [];
  return covered.length === 0 && service !== undefined && actionsMatching(`${service}:*`).length > 0;
}

/** How much harm an action does, for the examples in a message. */
function harm({ name, level }: KnownAction): number {
  const verb = /:(Delete|Put|Create|Update|Write|Invoke|Send|Run|Execute)/.exec(name)?.[1];
  const byVerb = { Delete: 5, Put: 4, Update: 3, Write: 3, Create: 2, Invoke: 2, Send: 2, Run: 2, Execute: 2 };
  const byLevel = { permissions: 6, write: 1, read: 0 };
  return byLevel[level] + (verb === undefined ? 0 : byVerb[verb as keyof typeof byVerb]) - name.length / 1000;
}

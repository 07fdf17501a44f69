import type { Statement } from '../../template/iam/policy';
import { describe, isTextual, piecesOf, Reference, Unresolved, type Value } from '../../template/index';
import { unproven } from './branches';

/** Something too wide in a statement, and in which member. */
export interface WidePart {
  readonly member: 'Effect' | 'Action' | 'NotAction' | 'Resource' | 'NotResource' | 'Condition';
  readonly message: string;
  /** The part itself, with the actions that a wide resource stands for: what an acknowledgement is about. */
  readonly detail: string;
}

/**
 * Actions that take no resource, by AWS's design: they may stand on `*`.
 *
 * Source: Service Authorization Reference, "Actions defined by Amazon EC2", "… Elastic Container Registry", "… X-Ray".
 * Network interfaces: Lambda makes them with the function's own role (Lambda Developer Guide, "Giving Lambda functions
 * access to resources in an Amazon VPC").
 */
const ACTIONS_WITHOUT_RESOURCE = new Set(
  [
    'ec2:AssignPrivateIpAddresses',
    'ec2:CreateNetworkInterface',
    'ec2:DeleteNetworkInterface',
    'ec2:DescribeNetworkInterfaces',
    'ec2:DescribeSubnets',
    'ec2:UnassignPrivateIpAddresses',
    'ecr:GetAuthorizationToken',
    'xray:PutTraceSegments',
    'xray:PutTelemetryRecords',
    'xray:GetSamplingRules',
    'xray:GetSamplingTargets',
    // Log delivery of Step Functions and API Gateway ("Logging using CloudWatch Logs"): account-wide by design.
    'logs:CreateLogDelivery',
    'logs:GetLogDelivery',
    'logs:UpdateLogDelivery',
    'logs:DeleteLogDelivery',
    'logs:ListLogDeliveries',
    'logs:PutResourcePolicy',
    'logs:DescribeResourcePolicies',
    'logs:DescribeLogGroups',
  ].map((action) => action.toLowerCase()),
);

/** What is too wide in a statement that allows: wildcards, negations, unknowns. Nothing for a Deny. */
export function* widePartsOf(statement: Statement): Generator<WidePart> {
  if (statement.effect === 'Deny') return;
  for (const unknown of statement.unknown) {
    yield { member: 'Effect', message: unproven(unknown), detail: unknown.expression };
  }
  if (statement.effect === 'unknown' && statement.unknown.length === 0) {
    yield { member: 'Effect', message: 'is neither Allow nor Deny', detail: 'Effect' };
  }
  const { action, resource } = statement;
  const actions = action.patterns.map(describe).sort().join(',');
  if (action.negated) {
    yield { member: 'NotAction', message: 'allows every action but those it names', detail: `NotAction::${actions}` };
  } else {
    for (const pattern of action.patterns) {
      if (statement.unknown.some((unknown) => unknown === pattern)) continue;
      const message = wideAction(pattern);
      if (message !== undefined) yield { member: 'Action', message, detail: `Action::${describe(pattern)}` };
    }
  }
  if (resource === undefined) return;
  if (resource.negated) {
    const message = 'allows every resource but those it names';
    yield { member: 'NotResource', message, detail: `${actions}@NotResource` };
  } else if (!needsNoResource(statement)) {
    for (const pattern of resource.patterns) {
      const message = wideResource(pattern);
      if (message !== undefined) {
        yield { member: 'Resource', message, detail: `${actions}@${describe(pattern)}` };
      }
    }
  }
}

/** True when each action is known, whole, and takes no resource. */
function needsNoResource(statement: Statement): boolean {
  return (
    !statement.action.negated &&
    statement.action.patterns.length > 0 &&
    statement.action.patterns.every((a) => typeof a === 'string' && ACTIONS_WITHOUT_RESOURCE.has(a.toLowerCase()))
  );
}

/** Why an action is too wide, or undefined. */
export function wideAction(pattern: Value): string | undefined {
  if (pattern instanceof Unresolved) return unproven(pattern);
  if (typeof pattern !== 'string') return `can't be proven: the action ${describe(pattern)} isn't plain text`;
  return /[*?]/.test(pattern) ? `allows ${pattern}: a wildcard` : undefined;
}

/** Stands for a piece of text that is known only after deployment, but is one name. */
const NAME = '\u{F0003}';

/**
 * Why a resource is too wide, or undefined. Fine are one resource, and everything below one (`bucket/*`,
 * `log-group:NAME:*`, `table/NAME/index/*`).
 */
export function wideResource(pattern: Value): string | undefined {
  if (pattern instanceof Unresolved) return unproven(pattern);
  if (!isTextual(pattern)) return `can't be proven: the resource ${describe(pattern)} isn't text`;
  const pieces = piecesOf(pattern) ?? [];
  const unknown = pieces.find((piece) => piece instanceof Unresolved);
  if (unknown instanceof Unresolved) return unproven(unknown);
  const [first] = pieces;
  const shown = describe(pattern);
  const complain = `allows ${shown}: every resource of a kind`;
  if (first instanceof Reference && !first.isPseudo) {
    // Starts at an attribute: the ARN or name of one resource. What follows must not join the name itself.
    const next = pieces[1];
    return typeof next === 'string' && /^[*?]/.test(next) ? complain : undefined;
  }
  const text = pieces.map((piece) => (typeof piece === 'string' ? piece : NAME)).join('');
  if (text === '*') return 'allows *: every resource';
  if (!/[*?]/.test(text)) return undefined;
  const segments = text.split(':');
  if (segments.length < 6) return complain;
  const [, , service = '', , account = ''] = segments;
  if (/[*?]/.test(service) || /[*?]/.test(account)) return complain;
  // A secret's ARN ends in six random characters that nobody knows beforehand.
  const rest = segments
    .slice(5)
    .join(':')
    .replace(/-\?{6}$/, '');
  const wildcard = rest.search(/[*?]/);
  if (wildcard < 0) return undefined;
  const before = rest.slice(0, wildcard);
  const names = before.split(/[/:]/);
  // `bucket/`, `api-id/`, `queue`: the first name is the resource. Elsewhere `type/NAME/` or `type:NAME:`.
  const whole = service === 's3' || service === 'execute-api' ? 1 : 2;
  return names.length - 1 >= whole && names.slice(0, whole).every((name) => name !== '') ? undefined : complain;
}

/** Where a statement stands: `Properties.PolicyDocument.Statement[2]`. */
export function statementPath(document: string, statement: Statement): string {
  return `${document}.Statement[${statement.index}]`;
}

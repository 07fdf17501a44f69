import { NETWORK_INTERFACE_ACTIONS } from '../../private/network-interface-actions';
import type { Statement } from '../../template/iam/policy';
import { describe, isTextual, piecesOf, Reference, type TextPiece, Unresolved, type Value } from '../../template/index';
import { unproven } from './offences';

/** A part of a statement that is too wide. */
export interface WidePart {
  readonly member: 'Effect' | 'Action' | 'NotAction' | 'Resource' | 'NotResource' | 'Condition';
  readonly message: string;
  /** The part itself, for acknowledgements; for a wide resource with the statement's actions. */
  readonly detail: string;
}

/**
 * Actions that AWS authorizes without a resource: they need the resource `*`.
 *
 * Source: Service Authorization Reference, "Actions defined by Amazon EC2", "… Elastic Container Registry", "… X-Ray".
 */
const ACTIONS_WITHOUT_RESOURCE = new Set(
  [
    ...NETWORK_INTERFACE_ACTIONS,
    'ecr:GetAuthorizationToken',
    'xray:PutTraceSegments',
    'xray:PutTelemetryRecords',
    'xray:GetSamplingRules',
    'xray:GetSamplingTargets',
    // Log delivery of Step Functions and API Gateway ("Logging using CloudWatch Logs") is account-wide.
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

/** The parts of an allowing statement that are too wide or unknown. A Deny has none. */
export function* widePartsOf(statement: Statement): Generator<WidePart> {
  if (statement.effect === 'Deny') return;
  for (const unknown of statement.unknown) {
    yield { member: 'Effect', message: unproven(unknown), detail: unknown.expression };
  }
  if (statement.effect === 'unknown' && statement.unknown.length === 0) {
    yield { member: 'Effect', message: 'is neither Allow nor Deny', detail: 'Effect' };
  }
  const actions = statement.action.patterns.map(describe).sort().join(',');
  yield* wideActionsOf(statement, actions);
  yield* wideResourcesOf(statement, actions);
}

function* wideActionsOf({ action, unknown }: Statement, actions: string): Generator<WidePart> {
  if (action.negated) {
    yield {
      member: 'NotAction',
      message: 'allows every action except those it names',
      detail: `NotAction::${actions}`,
    };
    return;
  }
  for (const pattern of action.patterns) {
    if (unknown.some((each) => each === pattern)) continue;
    const message = wideAction(pattern);
    if (message !== undefined) yield { member: 'Action', message, detail: `Action::${describe(pattern)}` };
  }
}

function* wideResourcesOf(statement: Statement, actions: string): Generator<WidePart> {
  const { resource } = statement;
  if (resource?.negated) {
    const message = 'allows every resource except those it names';
    yield { member: 'NotResource', message, detail: `${actions}@NotResource` };
    return;
  }
  if (needsNoResource(statement) || isOfOneCluster(statement)) return;
  for (const pattern of resource?.patterns ?? []) {
    const message = wideResource(pattern);
    if (message !== undefined) yield { member: 'Resource', message, detail: `${actions}@${describe(pattern)}` };
  }
}

/** True when each action is known, without a wildcard, and takes no resource. */
function needsNoResource({ action }: Statement): boolean {
  return (
    !action.negated &&
    action.patterns.length > 0 &&
    action.patterns.every((a) => typeof a === 'string' && ACTIONS_WITHOUT_RESOURCE.has(a.toLowerCase()))
  );
}

/**
 * `ecs:ListTasks` of one cluster. AWS limits it by the condition alone: a task on Fargate has no container instance, which is the
 * action's resource. Source: Amazon ECS Developer Guide, "Amazon ECS identity-based policy examples".
 */
function isOfOneCluster({ action, conditions }: Statement): boolean {
  return (
    !action.negated &&
    action.patterns.length > 0 &&
    action.patterns.every((pattern) => pattern === 'ecs:ListTasks') &&
    conditions.some(
      ({ operator, key, values }) =>
        /^Arn(Equals|Like)$/.test(operator) &&
        key.toLowerCase() === 'ecs:cluster' &&
        values.length > 0 &&
        values.every((value) => wideResource(value) === undefined && !/[*?]/.test(describe(value))),
    )
  );
}

/** Why an action is too wide; undefined when it isn't. */
function wideAction(pattern: Value): string | undefined {
  if (pattern instanceof Unresolved) return unproven(pattern);
  if (typeof pattern !== 'string') return `can't be proven: the action ${describe(pattern)} isn't plain text`;
  return /[*?]/.test(pattern) ? `allows ${pattern}: a wildcard` : undefined;
}

/**
 * Why a resource is too wide; undefined when it isn't. Allowed are one resource, and everything below one (`bucket/*`,
 * `log-group:NAME:*`, `table/NAME/index/*`).
 */
function wideResource(pattern: Value): string | undefined {
  if (pattern instanceof Unresolved) return unproven(pattern);
  if (!isTextual(pattern)) return `can't be proven: the resource ${describe(pattern)} isn't text`;
  const pieces = piecesOf(pattern) ?? [];
  const unknown = pieces.find((piece) => piece instanceof Unresolved);
  if (unknown instanceof Unresolved) return unproven(unknown);
  if (isOneResource(pieces)) return undefined;
  return describe(pattern) === '*'
    ? 'allows *: every resource'
    : `allows ${describe(pattern)}: every resource of a kind`;
}

/** In place of text that is known only after deployment and is one name. */
const NAME = '\u{F0003}';

function isOneResource(pieces: readonly TextPiece[]): boolean {
  const [first, next] = pieces;
  // An attribute first: the ARN or name of one resource. A wildcard directly after it would extend the name.
  if (first instanceof Reference && !first.isPseudo) return !(typeof next === 'string' && /^[*?]/.test(next));
  const text = pieces.map((piece) => (typeof piece === 'string' ? piece : NAME)).join('');
  if (!/[*?]/.test(text)) return true;
  const [, , service, , account, ...rest] = text.split(':');
  if (service === undefined || account === undefined || rest.length === 0) return false;
  if (/[*?]/.test(service) || /[*?]/.test(account)) return false;
  // A secret's ARN ends in six random characters that aren't known before it is created.
  const resource = rest.join(':').replace(/-\?{6}$/, '');
  const wildcard = resource.search(/[*?]/);
  if (wildcard < 0) return true;
  const names = resource.slice(0, wildcard).split(/[/:]/);
  // In `bucket/` and `api-id/` the first name is the resource. Elsewhere it is `type/NAME/` or `type:NAME:`.
  const whole = service === 's3' || service === 'execute-api' ? 1 : 2;
  return names.length - 1 >= whole && names.slice(0, whole).every((name) => name !== '');
}

/** The path of a statement: `Properties.PolicyDocument.Statement[2]`. */
export function statementPath(document: string, statement: Statement): string {
  return `${document}.Statement[${statement.index}]`;
}

import type { ConditionEntry } from '../../template/iam/condition';
import type { Statement } from '../../template/iam/policy';
import { describe, isTextual, type Value } from '../../template/index';
import { unproven } from './offences';
import { readsMetadata, takesNoResource, wideAction } from './wide-actions';
import { wideResource } from './wide-resources';

/** A part of a statement that is too wide. */
export interface WidePart {
  readonly member: 'Effect' | 'Action' | 'NotAction' | 'Resource' | 'NotResource' | 'Condition';
  readonly message: string;
  /** The part itself, for acknowledgements; for a wide resource with the statement's actions. */
  readonly detail: string;
}

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
  const { action, resource } = statement;
  if (resource?.negated) {
    const message = 'allows every resource except those it names';
    yield { member: 'NotResource', message, detail: `${actions}@NotResource` };
    return;
  }
  const isKnown = !action.negated && action.patterns.length > 0;
  if (isKnown && action.patterns.every((pattern) => isFineAnywhere(pattern, statement.conditions))) return;
  if (isKnown && statement.conditions.some(namesResources)) return;
  for (const pattern of resource?.patterns ?? []) {
    const message = wideResource(pattern);
    if (message !== undefined) yield { member: 'Resource', message, detail: `${actions}@${describe(pattern)}` };
  }
}

/** An action that can only be allowed on any resource, or that AWS's own policies for every workload allow so. */
function isFineAnywhere(action: Value, conditions: readonly ConditionEntry[]): boolean {
  if (typeof action !== 'string') return false;
  if (/^states:InvokeHTTPEndpoint$/i.test(action)) return conditions.some(namesEndpoint);
  if (/^ec2:CreateNetworkInterfacePermission$/i.test(action)) return conditions.some(namesService);
  if (/^iam:CreateServiceLinkedRole$/i.test(action)) return conditions.some(namesLinkedService);
  return ORDINARY.test(action) || takesNoResource(action) || readsMetadata(action);
}

/** Source: AWS CodeBuild User Guide, "Allow CodeBuild access to AWS services required to create a VPC network interface". */
function namesService({ operator, key, values }: ConditionEntry): boolean {
  return (
    /^StringEquals$/i.test(operator) &&
    /^ec2:AuthorizedService$/i.test(key) &&
    values.length > 0 &&
    values.every((value) => /^[a-z0-9.-]+\.amazonaws\.com$/.test(describe(value)))
  );
}

/** Source: IAM User Guide, "Service-linked role permissions": AWS chooses what such a role may do. */
function namesLinkedService({ operator, key, values }: ConditionEntry): boolean {
  return (
    /^String(Equals|Like)$/i.test(operator) &&
    /^iam:AWSServiceName$/i.test(key) &&
    values.length > 0 &&
    values.every((value) => /^[a-z0-9.-]+\.amazonaws\.com$/.test(describe(value)))
  );
}

/**
 * What every workload does with its own log, and whoever starts one with its image. Other actions on logs and images aren't among it.
 *
 * Source: AWS Managed Policy Reference, AWSLambdaBasicExecutionRole and AmazonECSTaskExecutionRolePolicy.
 */
const ORDINARY =
  /^(logs:(CreateLogGroup|CreateLogStream|PutLogEvents|DescribeLogStreams|DescribeLogGroups|PutRetentionPolicy)|ecr:(BatchCheckLayerAvailability|GetDownloadUrlForLayer|BatchGetImage))$/i;

/** Source: Step Functions Developer Guide, "Call HTTPS APIs in Step Functions workflows": the permission is limited by its conditions. */
function namesEndpoint({ operator, key, values }: ConditionEntry): boolean {
  return (
    /^String(Equals|Like)$/i.test(operator) &&
    /^states:HTTPEndpoint$/i.test(key) &&
    values.length > 0 &&
    values.every((value) => /^https:\/\/[^/*?]+(\/|$)/.test(describe(value)))
  );
}

/**
 * A condition that names the resources: one cluster, or everything with a tag.
 *
 * Source: Amazon ECS Developer Guide, "Amazon ECS identity-based policy examples"; IAM User Guide, "Controlling access to AWS resources using
 * tags".
 */
function namesResources({ operator, key, values }: ConditionEntry): boolean {
  const isEqual = /^(ArnEquals|ArnLike|StringEquals)$/i.test(operator);
  const isNaming =
    /^(ecs:cluster|secretsmanager:resource\/AllowRotationLambdaArn|(aws|ec2|ecs|ssm|secretsmanager|dynamodb|lambda):ResourceTag\/.+)$/i.test(
      key,
    );
  return (
    isEqual &&
    isNaming &&
    values.length > 0 &&
    values.every((value) => isTextual(value) && wideResource(value) === undefined && !/[*?]/.test(describe(value)))
  );
}

/** The path of a statement: `Properties.PolicyDocument.Statement[2]`. */
export function statementPath(document: string, statement: Statement): string {
  return `${document}.Statement[${statement.index}]`;
}

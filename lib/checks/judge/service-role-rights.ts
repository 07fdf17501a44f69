import type { PlacedPolicy } from '../../template/iam/collect';
import { type Statement, statementsOf } from '../../template/iam/policy';
import { trustOf } from '../../template/iam/trust';
import type { Resource } from '../../template/index';

/**
 * What AWS tells everybody to allow a service on every resource, because the service chooses what it is about.
 *
 * Source: API Gateway Developer Guide, "Set up CloudWatch logging for REST APIs" (AmazonAPIGatewayPushToCloudWatchLogs); AWS Managed
 * Policy Reference, AmazonEC2ContainerServiceRole.
 */
const DOCUMENTED: { readonly [service: string]: RegExp } = {
  'apigateway.amazonaws.com':
    /^logs:(CreateLogGroup|CreateLogStream|DescribeLogGroups|DescribeLogStreams|PutLogEvents|GetLogEvents|FilterLogEvents)$/i,
  'ecs.amazonaws.com':
    /^(ec2:(AuthorizeSecurityGroupIngress|Describe[a-z]*\*?|(Attach|Create|Delete|Detach)NetworkInterface(Permission)?)|elasticloadbalancing:(Describe[a-z]*\*?|(Register|Deregister)(Targets|InstancesWithLoadBalancer|InstancesFromLoadBalancer)))$/i,
};

/** Whether a statement has only what AWS documents for the one service that takes the role. */
export function isOfServiceRole({ holder }: Pick<PlacedPolicy, 'holder'>, { action, effect }: Statement): boolean {
  const documented = DOCUMENTED[serviceOf(holder) ?? ''];
  return (
    documented !== undefined &&
    effect === 'Allow' &&
    !action.negated &&
    action.patterns.every((pattern) => typeof pattern === 'string' && documented.test(pattern))
  );
}

/** The one service that a role trusts. */
function serviceOf(role: Resource): string | undefined {
  if (role.type !== 'AWS::IAM::Role') return undefined;
  const principals = statementsOf(trustOf(role))
    .filter(({ effect }) => effect !== 'Deny')
    .flatMap(({ principal }) => principal?.patterns ?? [{ kind: 'unknown', value: undefined }]);
  const [first] = principals;
  return principals.length === 1 && first?.kind === 'Service' ? String(first.value) : undefined;
}

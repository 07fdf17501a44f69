import type { Part } from '../checks/facts/part';
import { type Assembly, type Resource, textOf, type Value } from '../template';
import { accountOf, arnOf, type Spelling } from '../template/iam/arn';
import { regionOf } from '../template/iam/asked';
import { resourcePolicyOf } from '../template/iam/resource-policies';
import { anyText } from './need';
import type { RuntimeParts } from './runtime-parts';
import { gapOfService } from './service-requests';
import { serviceThatRuns } from './trust';

/**
 * Roles of parts that the service which runs the part can't certainly assume. `trustFaults` answers the opposite question:
 * who else can. People assume the approver's role: who they are isn't in the templates.
 */
export function lackingTrust(assembly: Assembly, parts: RuntimeParts, spelling: Spelling): string[] {
  return assembly.ofType('AWS::IAM::Role').flatMap((role) => {
    const part = parts.ofRole(role);
    if (part === undefined || part.kind === 'approver' || part.kind === 'operator') return [];
    const service = serviceThatRuns(part);
    const request = {
      service,
      action: 'sts:AssumeRole',
      resource: arnOf(role),
      account: accountOf(role),
      sends: part.kind === 'API logs' ? {} : { 'aws:SourceAccount': accountOf(role), ...sentWith(part, role, service) },
    };
    return gapOfService(request, resourcePolicyOf(assembly, role), spelling, 'trust policy', role.path).map(
      ({ layer, detail }) => `${service} lacks sts:AssumeRole on the role of the ${part.label}: ${layer}: ${detail}`,
    );
  });
}

/**
 * The value of `aws:SourceArn`. It isn't known for Lambda and API Gateway, which document none.
 *
 * Source: Amazon ECS Developer Guide, "Amazon ECS task IAM role" (any resource of ECS in the account); Step Functions Developer
 * Guide, "Preventing the cross-service confused deputy problem"; Amazon VPC User Guide, "IAM role for publishing flow logs";
 * EventBridge User Guide, "Cross-service confused deputy prevention" (the rule).
 */
function sentWith({ workload }: Part, role: Resource, service: string): { readonly [key: string]: Value } {
  const of = (name: string, rest: string): { readonly [key: string]: Value } => ({
    'aws:SourceArn': textOf([`arn:aws:${name}:`, regionOf(role), ':', accountOf(role), `:${rest}`, anyText()]),
  });
  switch (service) {
    case 'ecs-tasks.amazonaws.com':
      return of('ecs', '');
    case 'states.amazonaws.com':
      return workload === undefined ? {} : { 'aws:SourceArn': arnOf(workload) };
    case 'events.amazonaws.com':
      return of('events', 'rule/');
    case 'vpc-flow-logs.amazonaws.com':
      return of('ec2', 'vpc-flow-log/');
    default:
      return {};
  }
}

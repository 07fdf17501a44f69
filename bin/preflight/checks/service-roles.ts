import { blocked, ready } from '../finding';
import { unlessAbsent } from '../pages';
import type { PreflightCheck } from '../preflight-check';
import { GetRoleCommand } from '../sdk';

/**
 * In an account without ECS's service-linked role, the first cluster fails: ECS creates the role, and can't assume it yet.
 * Source: https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/818,
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/using-service-linked-roles-for-clusters.html
 */
export const serviceRoles: PreflightCheck = {
  title: 'service-linked role of ECS',
  permissions: ['iam:GetRole'],
  run: async (target, { iam }) => {
    if (target.toCreate('AWS::ECS::Cluster').length === 0) return [];
    const RoleName = 'AWSServiceRoleForECS';
    const role = await unlessAbsent(iam.send(new GetRoleCommand({ RoleName })), 'NoSuchEntity');
    return [
      role === undefined
        ? blocked(
            'the account has none, so its first cluster fails',
            'aws iam create-service-linked-role --aws-service-name ecs.amazonaws.com',
          )
        : ready(RoleName),
    ];
  },
};

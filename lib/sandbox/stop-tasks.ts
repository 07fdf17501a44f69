import { ArnFormat, Stack } from 'aws-cdk-lib';
import type * as ecs from 'aws-cdk-lib/aws-ecs';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { EndpointService } from '../network/endpoint-service';
import { addRight } from '../private/inline-role';
import type { PrivateFunction } from '../private/private-function';

/**
 * Lets a function stop tasks of a cluster, and find the one of a session whose launch broke off. IAM can't tell tasks of one agent
 * from those of another in the same cluster: the function's code stops only tasks that were started for a session of its agent.
 *
 * Source: Service Authorization Reference, "Actions, resources, and condition keys for Amazon Elastic Container Service"
 * @internal
 */
export function letStopTasks(fn: PrivateFunction, cluster: ecs.ICluster): void {
  const tasks = tasksOf(fn, cluster);
  const conditions = { ArnEquals: { 'ecs:cluster': cluster.clusterArn } };
  addRight(
    fn.role,
    new iam.PolicyStatement({ sid: 'StopTasks', actions: ['ecs:StopTask'], resources: [tasks], conditions }),
  );
  // ListTasks knows no resource, only the condition.
  addRight(
    fn.role,
    new iam.PolicyStatement({ sid: 'FindTasks', actions: ['ecs:ListTasks'], resources: ['*'], conditions }),
  );
  fn.reach(EndpointService.ECS, ['ecs:StopTask'], [tasks]);
  fn.reach(EndpointService.ECS, ['ecs:ListTasks'], ['*']);
}

/** The tasks of a cluster, as a policy names them. @internal */
export function tasksOf(scope: Construct, cluster: ecs.ICluster): string {
  return Stack.of(scope).formatArn({
    service: 'ecs',
    resource: 'task',
    resourceName: `${cluster.clusterName}/*`,
    arnFormat: ArnFormat.SLASH_RESOURCE_NAME,
  });
}

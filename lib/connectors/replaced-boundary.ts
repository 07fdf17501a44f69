import { Annotations, AspectPriority, Aspects, Stack } from 'aws-cdk-lib';
import type * as iam from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';

/**
 * `iam.PermissionsBoundary.of(scope).apply(…)` replaces a boundary silently. This looks for that after all other aspects.
 * @internal
 */
export function warnOfAnotherBoundary(connector: Construct, role: iam.Role, own: iam.ManagedPolicy): void {
  const resource = role.node.defaultChild as iam.CfnRole;
  Aspects.of(resource).add(
    {
      visit: () => {
        const stack = Stack.of(connector);
        const text = (value: unknown) => JSON.stringify(stack.resolve(value));
        if (boundaryOf(resource) === text(own.managedPolicyArn)) return;
        Annotations.of(connector).addWarningV2(
          'cdk-hardened-agent:boundary-replaced',
          `Another permissions boundary replaced ${own.node.path}, so only that one limits what this connector's role can be given. Deny in it what this one denies, keep PermissionsBoundary.of() away from connectors, or acknowledge this warning.`,
        );
      },
    },
    { priority: AspectPriority.READONLY },
  );
}

/** The boundary as it will be deployed, property overrides included. */
function boundaryOf(role: iam.CfnRole): string {
  // CDK has no other way to read overrides.
  const rendered = (role as unknown as { _toCloudFormation(): object })._toCloudFormation();
  const { Resources } = Stack.of(role).resolve(rendered) as {
    Resources: { [id: string]: { Properties?: { PermissionsBoundary?: unknown } } };
  };
  return JSON.stringify(Object.values(Resources)[0]?.Properties?.PermissionsBoundary);
}

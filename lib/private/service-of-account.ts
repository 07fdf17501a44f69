import { Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';

/**
 * A service that may assume a role only for this account. Acting for another account, it would be a confused deputy.
 * Source: IAM User Guide, "The confused deputy problem". That Lambda sends the key: decision 17.
 * @internal
 */
export function serviceOfThisAccount(scope: Construct, service: string): iam.ServicePrincipal {
  return new iam.ServicePrincipal(service, {
    conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(scope).account } },
  });
}

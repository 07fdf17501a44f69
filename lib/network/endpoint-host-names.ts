import type { Stack } from 'aws-cdk-lib';
import { arnResourceHead } from './arn-fields';
import { layerBucket } from './endpoint-policy';
import { EndpointService } from './endpoint-service';
import type { EndpointUse } from './endpoint-use';

/** The exact host names that clients of services look up. @internal */
export function hostNamesOf(
  stack: Stack,
  services: readonly { readonly service: EndpointService; readonly uses: readonly EndpointUse[] }[],
  registryAccounts: readonly string[],
): string[] {
  const domain = `${stack.region}.${stack.urlSuffix}`;
  const names: string[] = [];
  for (const { service, uses } of services) {
    names.push(...service._hostNames(stack));
    const resources = uses.flatMap((use) => use.resources);
    if (service === EndpointService.ECR_DOCKER) {
      names.push(...registryAccounts.map((account) => `${account}.dkr.ecr.${domain}`));
    }
    if (service === EndpointService.EXECUTE_API) {
      names.push(...resources.map((arn) => `${arnResourceHead(stack, arn)}.execute-api.${domain}`));
    }
    if (service === EndpointService.S3) {
      names.push(...resources.map((arn) => `${arnResourceHead(stack, arn)}.s3.${domain}`));
      if (registryAccounts.length > 0) names.push(`${layerBucket(stack)}.s3.${domain}`);
    }
    if (service === EndpointService.DYNAMODB) {
      // The SDKs prefer the account's own host name (developer guide, "Account-based endpoints").
      names.push(...uses.map((use) => `${use.resourceAccount ?? stack.account}.ddb.${domain}`));
    }
  }
  const distinct = new Map(names.map((name) => [JSON.stringify(stack.resolve(name)), name]));
  return [...distinct.values()];
}

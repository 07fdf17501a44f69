import { type CloudFormationClient, ListStackResourcesCommand } from '@aws-sdk/client-cloudformation';
import { GetCallerIdentityCommand, type STSClient } from '@aws-sdk/client-sts';
import type { Assembly, Resource } from '../../lib/template';
import type { Deployed } from '../../lib/template/iam/role-questions';

/**
 * Reads which resources of an assembly are deployed, and under which ids.
 *
 * @param stackName name of the deployed stack, for an assembly of one @default - each stack's own name
 * @throws the error of AWS, such as for a stack that doesn't exist
 */
export async function readDeployment(
  assembly: Assembly,
  clients: { cloudFormation: CloudFormationClient; sts: Pick<STSClient, 'send'> },
  stackName?: string,
): Promise<Deployed> {
  const { Arn = '', Account = '' } = await clients.sts.send(new GetCallerIdentityCommand({}));
  const ids = new Map<string, string>();
  // Parents come before what they nest, whose stack is named by the parent's own resource.
  for (const template of assembly.templates) {
    const { parent } = template;
    const StackName = parent === undefined ? (stackName ?? template.stackName) : ids.get(parent.key);
    if (StackName === undefined) continue;
    let NextToken: string | undefined;
    do {
      const page = await clients.cloudFormation.send(new ListStackResourcesCommand({ StackName, NextToken }));
      for (const { LogicalResourceId, PhysicalResourceId } of page.StackResourceSummaries ?? []) {
        if (PhysicalResourceId) ids.set(`${template.name}#${LogicalResourceId}`, PhysicalResourceId);
      }
      NextToken = page.NextToken;
    } while (NextToken !== undefined);
  }
  return {
    account: Account,
    partition: Arn.split(':')[1] ?? 'aws',
    region: await clients.cloudFormation.config.region(),
    physicalId: (resource: Resource) => ids.get(resource.key),
  };
}

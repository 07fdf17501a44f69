import { type CloudFormationClient, ListStackResourcesCommand } from '@aws-sdk/client-cloudformation';
import { GetCallerIdentityCommand, type STSClient } from '@aws-sdk/client-sts';
import type { Assembly, Resource } from '../../lib/template';
import type { Deployed } from '../../lib/template/iam/role-questions';

/** Clients that read what is deployed. */
export interface DeploymentClients {
  readonly cloudFormation: CloudFormationClient;
  readonly sts: Pick<STSClient, 'send'>;
}

/**
 * Reads which resources of an assembly are deployed, and under which ids.
 *
 * @param stackName name of the deployed stack, for an assembly with one stack @default - each stack's own name
 * @throws the error of AWS, for example when a stack doesn't exist
 */
export async function readDeployment(
  assembly: Assembly,
  clients: DeploymentClients,
  stackName?: string,
): Promise<Deployed> {
  const { Arn = '', Account = '' } = await clients.sts.send(new GetCallerIdentityCommand({}));
  const ids = new Map<string, string>();
  // Parents come before their nested stacks: the physical id of the nested stack's resource is its stack name.
  for (const template of assembly.templates) {
    const { parent } = template;
    const name = parent === undefined ? (stackName ?? template.stackName) : ids.get(parent.key);
    if (name === undefined) continue;
    for await (const [logicalId, physicalId] of resourcesOf(clients.cloudFormation, name)) {
      ids.set(`${template.name}#${logicalId}`, physicalId);
    }
  }
  return {
    account: Account,
    partition: Arn.split(':')[1] ?? 'aws',
    region: await clients.cloudFormation.config.region(),
    physicalId: (resource: Resource) => ids.get(resource.key),
  };
}

/** Logical and physical id of each resource of a stack. */
async function* resourcesOf(client: CloudFormationClient, StackName: string): AsyncIterable<[string, string]> {
  let NextToken: string | undefined;
  do {
    const page = await client.send(new ListStackResourcesCommand({ StackName, NextToken }));
    for (const { LogicalResourceId, PhysicalResourceId } of page.StackResourceSummaries ?? []) {
      if (LogicalResourceId && PhysicalResourceId) yield [LogicalResourceId, PhysicalResourceId];
    }
    NextToken = page.NextToken;
  } while (NextToken !== undefined);
}

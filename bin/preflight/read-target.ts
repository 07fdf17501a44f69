import type { Assembly, Template } from '../../lib/template';
import { blocked, type Finding, unknown } from './finding';
import { allPages, unlessAbsent } from './pages';
import type { PreflightClients } from './preflight-check';
import { DescribeStacksCommand, GetCallerIdentityCommand, ListStackResourcesCommand } from './sdk';
import { stateOf } from './stack-status';
import { isFor, Target, type TargetEnvironment } from './target';

/** IAM actions that `readTarget` needs. */
export const TARGET_PERMISSIONS = [
  'cloudformation:DescribeStacks',
  'cloudformation:ListStackResources',
  'sts:GetCallerIdentity',
];

/** The target, and what is to say about its account, region and stacks. */
export interface ReadTarget {
  readonly target: Target;
  readonly findings: readonly Finding[];
}

/**
 * Reads for which account and region the credentials are, and what of the templates is deployed there.
 * @throws the error of AWS for missing, expired or wrong credentials
 */
export async function readTarget(assembly: Assembly, clients: PreflightClients): Promise<ReadTarget> {
  const { Arn = '', Account = '' } = await clients.sts.send(new GetCallerIdentityCommand({}));
  const region = await clients.cloudFormation.config.region();
  const environment = { account: Account, partition: Arn.split(':')[1] ?? 'aws', region };
  const stacks = assembly.templates.filter(({ parent }) => parent === undefined);
  const elsewhere = stacks.filter(({ source }) => !isFor(source, environment));
  const deployed = new Map<string, string>();
  const findings: Finding[] = elsewhere.map((stack) => wrongEnvironment(stack, environment));
  for (const stack of stacks.filter((each) => !elsewhere.includes(each))) {
    findings.push(await readStack(stack, assembly, clients, deployed));
  }
  return { target: new Target(assembly, environment, deployed), findings };
}

function wrongEnvironment({ stackName, source }: Template, { account, region }: TargetEnvironment): Finding {
  return blocked(
    `${stackName} is for ${source.account ?? 'any account'} in ${source.region ?? 'any region'}, and these credentials are for ${account} in ${region}; the stack was not checked`,
    `set AWS_PROFILE to a profile of ${source.account ?? account}, and AWS_REGION=${source.region ?? region}`,
  );
}

/** Notes what is deployed of a stack and its nested stacks, and says whether it can be deployed again. */
async function readStack(
  stack: Template,
  assembly: Assembly,
  clients: PreflightClients,
  deployed: Map<string, string>,
): Promise<Finding> {
  const { stackName: StackName } = stack;
  try {
    const question = new DescribeStacksCommand({ StackName });
    // CloudFormation answers with ValidationError for a stack that doesn't exist.
    const answer = await unlessAbsent(clients.cloudFormation.send(question), 'ValidationError');
    const state = stateOf(StackName, answer?.Stacks?.at(0)?.StackStatus);
    if (state.ownsResources) await noteResources(stack, StackName, assembly, clients, deployed);
    return state.finding;
  } catch (error) {
    if (!(error instanceof Error) || error instanceof TypeError) throw error;
    return unknown(`whether ${StackName} is deployed already, so everything counts as new: ${error.message}`);
  }
}

async function noteResources(
  template: Template,
  stackName: string,
  assembly: Assembly,
  clients: PreflightClients,
  deployed: Map<string, string>,
): Promise<void> {
  for (const [logicalId, physicalId] of await resourcesOf(clients, stackName)) {
    deployed.set(`${template.name}#${logicalId}`, physicalId);
    const resource = template.resource(logicalId);
    const nested = resource === undefined ? undefined : assembly.nestedTemplateOf(resource);
    // The physical id of a nested stack is its ARN, which CloudFormation takes as a name.
    if (nested !== undefined) await noteResources(nested, physicalId, assembly, clients, deployed);
  }
}

async function resourcesOf({ cloudFormation }: PreflightClients, StackName: string): Promise<[string, string][]> {
  const resources = await allPages(
    (NextToken) => cloudFormation.send(new ListStackResourcesCommand({ StackName, NextToken })),
    ({ StackResourceSummaries }) => StackResourceSummaries,
  );
  return resources
    .filter(({ ResourceStatus }) => ResourceStatus !== 'DELETE_COMPLETE')
    .flatMap(({ LogicalResourceId, PhysicalResourceId }): [string, string][] =>
      LogicalResourceId && PhysicalResourceId ? [[LogicalResourceId, PhysicalResourceId]] : [],
    );
}

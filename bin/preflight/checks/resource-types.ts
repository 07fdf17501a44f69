import type { ProvisioningType } from '@aws-sdk/client-cloudformation';
import { shellWord } from '../../command-line/command-hint';
import { blocked, unlessBlocked } from '../finding';
import { allPages } from '../pages';
import type { PreflightCheck, PreflightClients } from '../preflight-check';
import { ListTypesCommand } from '../sdk';

/** CloudFormation handles these itself. */
const NOT_IN_REGISTRY = /^(Custom::|AWS::CDK::|AWS::CloudFormation::)/;

/** ListTypes returns types of one kind only, and of the first kind by default. Most types are of the first kind. */
const KINDS: readonly ProvisioningType[] = ['FULLY_MUTABLE', 'IMMUTABLE', 'NON_PROVISIONABLE'];

/**
 * A region may lack a resource type: CloudFormation then refuses the template.
 * Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ListTypes.html
 */
export const resourceTypes: PreflightCheck = {
  title: 'resource types',
  permissions: ['cloudformation:ListTypes'],
  run: async (target, clients) => {
    const used = [...new Set(target.assembly.resources.map(({ type }) => type))].filter(
      (type) => !NOT_IN_REGISTRY.test(type),
    );
    if (used.length === 0) return [];
    let missing = used;
    for (const kind of KINDS) missing = await withoutListed(clients, kind, missing);
    const { region } = target.environment;
    const problems = missing.map((type) =>
      blocked(
        `CloudFormation has no type ${type} in ${region}`,
        `deploy to a region that has it: aws cloudformation describe-type --type RESOURCE --type-name ${shellWord(type)} --region REGION`,
      ),
    );
    return unlessBlocked(problems, `${used.length} resource types`);
  },
};

async function withoutListed(
  clients: PreflightClients,
  kind: ProvisioningType,
  types: readonly string[],
): Promise<string[]> {
  const services = [...new Set(types.map((type) => type.slice(0, type.lastIndexOf('::') + 2)))];
  const listed = await Promise.all(services.map((service) => typesOf(clients, kind, service)));
  const known = new Set(listed.flat());
  return types.filter((type) => !known.has(type));
}

async function typesOf(
  { cloudFormation }: PreflightClients,
  ProvisioningType: ProvisioningType,
  TypeNamePrefix: string,
): Promise<string[]> {
  const filter = {
    Visibility: 'PUBLIC',
    Type: 'RESOURCE',
    ProvisioningType,
    Filters: { Category: 'AWS_TYPES', TypeNamePrefix },
  } as const;
  const types = await allPages(
    (NextToken) => cloudFormation.send(new ListTypesCommand({ ...filter, NextToken })),
    ({ TypeSummaries }) => TypeSummaries,
  );
  return types.flatMap(({ TypeName }) => TypeName ?? []);
}

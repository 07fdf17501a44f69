import { shellWord } from '../../command-line/command-hint';
import { blocked, unlessBlocked } from '../finding';
import { allPages } from '../pages';
import type { PreflightCheck, PreflightClients } from '../preflight-check';
import { ListTypesCommand } from '../sdk';

/** CloudFormation handles these itself. */
const NOT_IN_REGISTRY = /^(Custom::|AWS::CDK::|AWS::CloudFormation::)/;

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
    const services = [...new Set(used.map((type) => type.slice(0, type.lastIndexOf('::') + 2)))];
    const known = new Set((await Promise.all(services.map((service) => typesOf(clients, service)))).flat());
    const { region } = target.environment;
    const problems = used
      .filter((type) => !known.has(type))
      .map((type) =>
        blocked(
          `CloudFormation has no type ${type} in ${region}`,
          `deploy to a region that has it: aws cloudformation describe-type --type RESOURCE --type-name ${shellWord(type)} --region REGION`,
        ),
      );
    return unlessBlocked(problems, `${used.length} resource types`);
  },
};

async function typesOf({ cloudFormation }: PreflightClients, TypeNamePrefix: string): Promise<string[]> {
  const filter = {
    Visibility: 'PUBLIC',
    Type: 'RESOURCE',
    Filters: { Category: 'AWS_TYPES', TypeNamePrefix },
  } as const;
  const types = await allPages(
    (NextToken) => cloudFormation.send(new ListTypesCommand({ ...filter, NextToken })),
    ({ TypeSummaries }) => TypeSummaries,
  );
  return types.flatMap(({ TypeName }) => TypeName ?? []);
}

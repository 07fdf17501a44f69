import type { ResourcePolicy } from '@aws-sdk/client-cloudwatch-logs';
import { allPages } from '../pages';
import type { PreflightClients } from '../preflight-check';
import { DescribeResourcePoliciesCommand } from '../sdk';

/** Every resource policy of CloudWatch Logs in the region. */
export function logPoliciesOf(logs: PreflightClients['logs']): Promise<ResourcePolicy[]> {
  return allPages(
    async (nextToken) => {
      const answer = await logs.send(new DescribeResourcePoliciesCommand({ nextToken }));
      return { ...answer, NextToken: answer.nextToken };
    },
    ({ resourcePolicies }) => resourcePolicies,
  );
}

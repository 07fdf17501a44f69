import type { CostResource, CostTemplate } from './cost-line';
import { estimateCost } from './estimate-cost';

/** What one agent of an app has of its own. @internal */
export interface AgentCost {
  readonly agentId: string;
  readonly fixedMonthlyUsd: number;
  readonly resources: number;
}

/**
 * What each agent adds to what it shares with others. The paths of CDK's constructs say which resources are an agent's own: those of
 * its runtime, which has the gate, and of the connectors that its gate calls. Templates without paths tell nothing.
 * @internal
 */
export function agentCosts(templates: readonly CostTemplate[]): AgentCost[] {
  return templates.flatMap((template) =>
    Object.values(template.resources).flatMap((gate) => {
      const { AGENT_ID: agentId, AGENT_ROLE_NAME: role, ...others } = variablesOf(gate);
      if (typeof agentId !== 'string' || role === undefined) return [];
      const executors = Object.entries(others)
        .filter(([name]) => name.startsWith('EXECUTOR_ARN_'))
        .map(([, arn]) => template.resources[logicalIdIn(arn)]);
      const folders = [folderOf(gate, '/Gate/Gate/'), ...executors.map((each) => folderOf(each, '/Executor/'))];
      const own = Object.entries(template.resources).filter(([, { Metadata }]) =>
        folders.some((folder) => folder !== undefined && String(Metadata?.[PATH]).startsWith(`${folder}/`)),
      );
      if (own.length === 0) return [];
      const resources = Object.fromEntries(own);
      const { fixedMonthlyUsd } = estimateCost([{ name: template.name, resources }], { sessionMinutes: 0 });
      return [{ agentId, fixedMonthlyUsd, resources: own.length }];
    }),
  );
}

const PATH = 'aws:cdk:path';

function variablesOf({ Type, Properties }: CostResource): Record<string, unknown> {
  if (Type !== 'AWS::Lambda::Function') return {};
  const environment = Properties?.Environment as { Variables?: Record<string, unknown> } | undefined;
  return environment?.Variables ?? {};
}

function logicalIdIn(arn: unknown): string {
  const attribute = (arn as { 'Fn::GetAtt'?: unknown })?.['Fn::GetAtt'];
  return Array.isArray(attribute) ? String(attribute[0]) : '';
}

/** The path before a part of it. */
function folderOf(resource: CostResource | undefined, part: string): string | undefined {
  const path = String(resource?.Metadata?.[PATH] ?? '');
  const end = path.lastIndexOf(part);
  return end < 0 ? undefined : path.slice(0, end);
}

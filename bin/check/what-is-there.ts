import type { Finding } from '../../lib/checks/rule';
import type { Assembly } from '../../lib/template';
import { addTo } from './add-to';
import { possibleAgentsIn, reportedAgentsOf } from './agents';
import { counted } from './counted';
import { resourceKeyOf } from './resource-key';
import { kindAndNameOf } from './resource-names';

/** What an app has that a check is about. */
export interface Inventory {
  readonly resources: number;
  /** Agents by their kind: `Lambda agent`, with the path of each. */
  readonly agents: ReadonlyMap<string, readonly string[]>;
  /** Workloads of which the template doesn't tell whether they call a model. */
  readonly possibleAgents: readonly string[];
  /** Places at which a rule can't be proven, because the template doesn't tell the value. */
  readonly unproven: number;
}

/** @param findings every finding, also those that are ignored or known */
export function inventoryOf(assembly: Assembly, findings: readonly Finding[]): Inventory {
  const agents = new Map<string, string[]>();
  for (const { kind, resource } of reportedAgentsOf(assembly)) addTo(agents, kind, resource.path);
  const unproven = findings.filter(({ message }) => /can['’]t be proven/.test(message));
  return {
    resources: assembly.resources.length,
    agents,
    possibleAgents: possibleAgentsIn(assembly).map(kindAndNameOf),
    unproven: new Set(unproven.map((finding) => `${resourceKeyOf(finding)} ${finding.property}`)).size,
  };
}

/** `1 AgentCore runtime, 2 Lambda agents; 4 values can't be proven` */
export function inventoryLine({ resources, agents, possibleAgents, unproven }: Inventory): string {
  const kinds = [...agents].map(([kind, all]) => counted(all.length, kind));
  const found = kinds.length > 0 ? kinds.join(', ') : `no agent in ${counted(resources, 'resource')}`;
  const [possible] = possibleAgents;
  return [
    found,
    ...(possible === undefined ? [] : [maybe(possible, possibleAgents.length)]),
    ...(unproven === 0 ? [] : [`${counted(unproven, 'value')} can't be proven`]),
  ].join('; ');
}

function maybe(first: string, all: number): string {
  return all === 1 ? `${first} may be one` : `${first} and ${counted(all - 1, 'other')} may be some`;
}

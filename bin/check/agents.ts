import type { ComputeKind } from '../../lib/checks/facts/compute';
import { variablesOf } from '../../lib/checks/facts/variables';
import { type AgentWorkload, agentsOf, possibleAgentsOf } from '../../lib/checks/facts/workloads';
import { type Assembly, type Resource, referencesIn } from '../../lib/template';
import { addTo } from './add-to';
import { nameOf } from './resource-names';

/** An agent of the app, as a report speaks of it. */
export interface ReportedAgent {
  readonly resource: Resource;
  /** `Lambda agent` */
  readonly kind: string;
  /** `Lambda agent Triage` */
  readonly label: string;
  /** One for each role that it may have. */
  readonly workloads: readonly AgentWorkload[];
}

/** An agent behind the gate of this library. */
const HARDENED = 'hardened runtime';

/** What each kind of compute is called when it is an agent. */
const AGENTS: { readonly [kind in ComputeKind]?: string } = {
  'Lambda function': 'Lambda agent',
  'ECS task': 'ECS agent',
  'EC2 instance': 'EC2 agent',
  'EKS node': 'EKS agent',
  'EKS pod': 'EKS agent',
  'state machine': 'Step Functions agent',
  'Batch job': 'Batch agent',
  'App Runner service': 'App Runner agent',
  'SageMaker workload': 'SageMaker agent',
  'Glue job': 'Glue agent',
  'CodeBuild project': 'CodeBuild agent',
  'AppSync data source': 'AppSync agent',
};

/** Every agent, once. */
export function reportedAgentsOf(assembly: Assembly): readonly ReportedAgent[] {
  const hardened = rolesBehindGates(assembly);
  const byResource = new Map<Resource, AgentWorkload[]>();
  for (const agent of agentsOf(assembly)) addTo(byResource, agent.resource, agent);
  return [...byResource].map(([resource, workloads]) => {
    const isHardened = workloads.every(({ role }) => hardened.has(assembly.find(role)));
    const [kind] = workloads.map((each) => (isHardened ? HARDENED : (AGENTS[each.kind] ?? each.kind)));
    return { resource, kind: kind ?? '', label: `${kind} ${nameOf(resource)}`, workloads };
  });
}

/** Workloads of which the template doesn't tell whether they call a model. */
export function possibleAgentsIn(assembly: Assembly): readonly Resource[] {
  const agents = new Set(agentsOf(assembly).map(({ resource }) => resource));
  const possible = possibleAgentsOf(assembly).map(({ resource }) => resource);
  return [...new Set(possible)].filter((resource) => !agents.has(resource));
}

/** Roles of the agents that gates of this library know. A gate can't work without naming its agent's role. */
function rolesBehindGates(assembly: Assembly): ReadonlySet<Resource | undefined> {
  return new Set(
    assembly
      .ofType('AWS::Lambda::Function')
      .flatMap((each) => variablesOf(each))
      .filter(({ name }) => name === 'AGENT_ROLE_NAME')
      .flatMap(({ value }) => referencesIn(value))
      .flatMap((reference) => assembly.find(reference) ?? []),
  );
}

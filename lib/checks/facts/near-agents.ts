import { identityPoliciesOf } from '../../template/iam/collect';
import { type Assembly, type Resource, resourcesNamedBy } from '../../template/index';
import { managedAgentsOf } from './managed-agents';
import { agentsOf } from './workloads';

/** Types from which the way goes on. Others are what an agent uses, not what acts for it. */
const LEADS_ON =
  /^AWS::(Lambda::(Function|Alias|Version)|IAM::(Role|Policy|ManagedPolicy|RolePolicy)|Bedrock::|BedrockAgentCore::|StepFunctions::StateMachine$)/;

/** More steps than from an agent by its gateway, a target, a function, a role and a policy to what it uses. */
const MOST_STEPS = 7;

/** What an app's agents use: resources that they, their tools' functions, and the roles of both name. */
export function nearAgents(assembly: Assembly): ReadonlySet<Resource> {
  let known = KNOWN.get(assembly);
  if (known === undefined) {
    known = reachedFromAgents(assembly);
    KNOWN.set(assembly, known);
  }
  return known;
}

const KNOWN = new WeakMap<Assembly, ReadonlySet<Resource>>();

function reachedFromAgents(assembly: Assembly): ReadonlySet<Resource> {
  const near = new Set<Resource>([...agentsOf(assembly).map(({ resource }) => resource), ...managedAgentsOf(assembly)]);
  const attached = attachedTo(assembly);
  let edge = [...near];
  for (let step = 0; step < MOST_STEPS && edge.length > 0; step += 1) {
    const next = new Set(
      edge.flatMap((resource) => [...usedBy(assembly, resource), ...(attached.get(resource) ?? [])]),
    );
    edge = [...next].filter((resource) => !near.has(resource));
    for (const resource of edge) near.add(resource);
    edge = edge.filter(({ type }) => LEADS_ON.test(type));
  }
  return near;
}

/** What it names itself, and the policies of a role. */
function usedBy(assembly: Assembly, resource: Resource): Resource[] {
  const policies = resource.type === 'AWS::IAM::Role' ? identityPoliciesOf(assembly).ofResource(resource).policies : [];
  return [...policies.map(({ holder }) => holder), ...resourcesNamedBy(assembly, resource)];
}

/** Parts that name what they belong to: a gateway's targets, a knowledge base's sources. */
const PARTS: readonly (readonly [type: string, owner: string])[] = [
  ['AWS::BedrockAgentCore::GatewayTarget', 'GatewayIdentifier'],
  ['AWS::Bedrock::DataSource', 'KnowledgeBaseId'],
];

function attachedTo(assembly: Assembly): ReadonlyMap<Resource, readonly Resource[]> {
  const attached = new Map<Resource, Resource[]>();
  for (const [type, owner] of PARTS) {
    for (const part of assembly.ofType(type)) {
      for (const { value } of part.property(owner)) {
        const found = assembly.find(value);
        if (found !== undefined) attached.set(found, [...(attached.get(found) ?? []), part]);
      }
    }
  }
  return attached;
}

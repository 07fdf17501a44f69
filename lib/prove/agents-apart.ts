import type { PartKind } from '../checks/facts/part';
import { variablesOf } from '../checks/facts/variables';
import { type Assembly, describe, type Resource } from '../template';
import type { Access } from '../template/iam/access';
import { agentIdOf } from './agent-ids';
import { grantsByStores } from './grants-by-stores';
import { haveOneState } from './one-state';
import type { RuntimeParts } from './runtime-parts';
import { unexpectedStatements } from './unexpected-rights';

/** Parts that serve all agents of a platform, or none. */
const SHARED: readonly PartKind[] = [
  'sealer',
  'request viewer',
  'decision',
  'web desk',
  'approver',
  'flow log',
  'API logs',
  'AWS CDK',
];

/**
 * What would let one agent touch another's sessions, entries, evidence, secrets, executors, task tokens or gate: two gates with
 * one id, a part that works under another id than its gate, a right on another agent's resource, and a right on the shared
 * stores that isn't held to names of the part's own agent.
 */
export function agentsTouching(assembly: Assembly, parts: RuntimeParts, accesses: readonly Access[]): string[] {
  const faults = [...sharedIds(parts), ...foreignIds(parts), ...foreignUses(parts, accesses)];
  // A single agent's loose rights are reported as rights, not as a way to another agent.
  return isAlone(parts) ? faults : [...faults, ...looseNames(assembly, parts), ...invited(parts, accesses)];
}

function isAlone({ workloads }: RuntimeParts): boolean {
  return [...workloads.values()].filter(({ kind }) => kind === 'gate').length < 2;
}

/** Rights of an agent by the own policy of a store that agents share, which no role's policy holds to the agent's names. */
function invited(parts: RuntimeParts, accesses: readonly Access[]): string[] {
  return grantsByStores(parts, accesses).flatMap(({ role, text }) => (parts.ownerOf(role) === undefined ? [] : [text]));
}

/** Gates without an id of the form that keeps names apart, and gates with the same one. */
function sharedIds(parts: RuntimeParts): string[] {
  const gates = [...parts.workloads].filter(([, { kind }]) => kind === 'gate');
  const byId = new Map<string, Resource>();
  return gates.flatMap(([gate, part]) => {
    const agentId = agentIdOf(part);
    if (agentId === undefined) {
      const given = variablesOf(gate).find(({ name }) => name === 'AGENT_ID')?.value;
      return [
        `${gate.path}: its AGENT_ID ${given === undefined ? 'is missing' : describe(given)} names no single agent`,
      ];
    }
    const twin = byId.get(agentId);
    byId.set(agentId, gate);
    const shares = twin !== undefined && haveOneState(parts, twin, gate);
    return shares ? [`${twin.path} and ${gate.path} serve one agent id, ${agentId}`] : [];
  });
}

/** Functions of an agent that work under no agent's id, and resources that functions of two agents use as their own. */
function foreignIds(parts: RuntimeParts): string[] {
  return [...parts.workloads].flatMap(([workload, part]) => {
    if (workload.type !== 'AWS::Lambda::Function' || SHARED.includes(part.kind)) return [];
    // It gets everything by its events, and belongs to the agent whose executor names it.
    if (part.kind === 'code sandbox') return [];
    const agentId = agentIdOf(part);
    if (agentId === undefined) {
      return part.kind === 'gate' ? [] : [`${workload.path}: its AGENT_ID names no single agent`];
    }
    return ['executor', 'workflow', 'approved call', 'task', 'credential'].flatMap((place) =>
      parts
        .resourcesConfigured(part, place)
        .filter((resource) => parts.ownerOf(resource) !== agentId)
        .map(
          (resource) =>
            `${workload.path} of ${agentId} uses ${resource.path}, which ${parts.ownerOf(resource)} has too`,
        ),
    );
  });
}

function foreignUses(parts: RuntimeParts, accesses: readonly Access[]): string[] {
  return accesses.flatMap(({ role, action, target }) => {
    const [one, other] = [parts.ownerOf(role), parts.ownerOf(target)];
    if (one === undefined || other === undefined || one === other) return [];
    return [`${role.path} of ${one} may ${action} on ${target.path} of ${other}`];
  });
}

function looseNames(assembly: Assembly, parts: RuntimeParts): string[] {
  return unexpectedStatements(assembly, parts).flatMap(({ role, text }) =>
    parts.ownerOf(role) === undefined ? [] : [text],
  );
}

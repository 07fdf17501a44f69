import { isAgentId } from '../../runtime/core/contracts/agent-id';
import type { Part } from '../checks/facts/part';
import { variablesOf } from '../checks/facts/variables';

/**
 * The agent that a part serves, by its configuration. Undefined for a part that serves all agents of a platform, and for an id
 * of another form: an id that isn't closed off could be the beginning of another agent's names.
 */
export function agentIdOf({ workload }: Part): string | undefined {
  if (workload?.type !== 'AWS::Lambda::Function') return undefined;
  const ids = variablesOf(workload).flatMap(({ name, value }) => (name === 'AGENT_ID' ? [value] : []));
  const [id] = ids;
  return ids.length === 1 && typeof id === 'string' && isAgentId(id) ? id : undefined;
}

/** Stands for the part's agent in `Right`. */
const AGENT = '<agent>';

/** A right's text for one agent. Without one, nothing matches what is left. */
export function forAgent(text: string, agentId: string | undefined): string {
  return agentId === undefined ? text : text.replaceAll(AGENT, agentId);
}

/** A policy's text as a right writes it. */
export function withoutAgent(text: string, agentId: string | undefined): string {
  return agentId === undefined ? text : text.replace(new RegExp(`(?<=^|[#/])${agentId}(?=[-#]|$)`, 'g'), AGENT);
}

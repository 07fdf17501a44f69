/**
 * An agent's id. Its session ids, its streams and its items in the state table begin with the id and a hyphen, so that policies
 * can keep the agents of a platform apart by their beginnings. All ids have this form, so none is the beginning of another
 * agent's names: after an id and a hyphen comes never a second id.
 */
export const AGENT_ID_PATTERN = '[A-Za-z0-9]{1,16}-[0-9a-f]{8}';

const AGENT_ID = new RegExp(`^${AGENT_ID_PATTERN}$`);
const OWNED = new RegExp(`^(${AGENT_ID_PATTERN})-`);

export function isAgentId(text: string): boolean {
  return AGENT_ID.test(text);
}

/** The agent that a session, a stream or a request belongs to. Undefined: it was made before ids named their agent, or by the platform. */
export function agentOf(id: string): string | undefined {
  return OWNED.exec(id)?.[1];
}

import { createHash } from 'node:crypto';
import type { Construct } from 'constructs';

/** Letters and digits of the construct's id that an agent's id keeps. */
const NAME_LENGTH = 16;

/**
 * The id of the agent that a construct deploys: its construct id for people, and a hash of its path, which no other construct
 * of the app has. It stays the same as long as the construct stays where it is.
 * @internal
 */
export function agentIdOf({ node }: Construct): string {
  const name = node.id.replace(/[^A-Za-z0-9]/g, '').slice(0, NAME_LENGTH);
  return `${name || 'agent'}-${createHash('sha256').update(node.path).digest('hex').slice(0, 8)}`;
}

/**
 * The keys of an agent's objects under a folder of the ledger or the evidence; of all agents without an id.
 * @internal
 */
export function objectsOf(folder: string, agentId?: string): string {
  return agentId === undefined ? `${folder}/*` : `${folder}/${agentId}-*`;
}

import { stateKey } from '../../runtime/core/contracts';

/** The partitions of the state table that hold an agent's own items. */
export interface AgentPartitions {
  readonly sessions: string;
  readonly requests: string;
  readonly taskTokens: string;
  readonly tasks: string;
  readonly launches: string;
  readonly probations: string;
  readonly limits: string;
  readonly usedTokens: string;
  readonly launchKeys: string;
  readonly slots: string;
  readonly stops: string;
}

/** The partitions of an agent's own items, as its policies name them. @internal */
export function partitionsOf(agentId: string): AgentPartitions {
  const ids = `${agentId}-*`;
  return {
    sessions: stateKey.session(ids).pk,
    requests: stateKey.decision(ids, '').pk,
    taskTokens: stateKey.taskToken(ids).pk,
    tasks: stateKey.task(agentId, '*').pk,
    launches: stateKey.launch(agentId, '').pk,
    probations: stateKey.probation(agentId, '*').pk,
    limits: stateKey.limit(agentId, '*').pk,
    usedTokens: stateKey.usedToken(agentId, '*').pk,
    launchKeys: stateKey.launchKey(agentId, '*').pk,
    slots: stateKey.slot(agentId, 0).pk,
    stops: stateKey.stop(agentId, '').pk,
  };
}

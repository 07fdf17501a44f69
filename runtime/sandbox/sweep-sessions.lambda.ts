import { AgentTasks, stoppingClient } from '../aws/agent-tasks';
import { environment } from '../aws/environment';
import { LedgerWriter } from '../aws/ledger-writer';
import { logAs } from '../aws/log-line';
import { randomHex } from '../aws/random-hex';
import { SessionEnds } from '../aws/session-ends';
import { SessionSlots } from '../aws/session-slots';
import { SessionStore } from '../aws/session-store';
import { sweepSessions } from './sweep-sessions';

const client = stoppingClient();

/** EventBridge invokes it every minute. */
export function handler(): Promise<void> {
  const [table, agentId] = [environment('STATE_TABLE'), environment('AGENT_ID')];
  return sweepSessions({
    sessions: new SessionStore(table, agentId),
    ends: new SessionEnds(table),
    slots: new SessionSlots(table, agentId),
    tasks: new AgentTasks(environment('CLUSTER_ARN'), client),
    ledger: new LedgerWriter(environment('LEDGER_BUCKET')),
    maxCalls: Number(environment('MAX_CALLS')),
    now: Date.now,
    randomHex,
    log: logAs('sweep'),
  });
}

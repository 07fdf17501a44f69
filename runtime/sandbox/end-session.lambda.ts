import { randomBytes } from 'node:crypto';
import { environment } from '../aws/environment';
import { LedgerWriter } from '../aws/ledger-writer';
import { SessionStore } from '../aws/session-store';

/** The parts of EventBridge's `ECS Task State Change` that matter here. */
interface TaskStopped {
  readonly detail: { readonly taskArn: string; readonly startedBy?: string };
}

/** A task that stopped ends its session: its credentials may outlive it by hours, its session doesn't. */
export async function handler(event: TaskStopped): Promise<void> {
  const sessions = new SessionStore(environment('STATE_TABLE'));
  const { taskArn } = event.detail;
  const binding = await sessions.resolveTask(
    taskArn.slice(taskArn.lastIndexOf('/') + 1),
    Math.floor(Date.now() / 1000),
  );
  if (binding.kind !== 'bound') return;
  await sessions.end(binding.sessionId);
  await new LedgerWriter(environment('LEDGER_BUCKET')).append({
    v: 1,
    seq: await sessions.nextSeq(binding.sessionId),
    at: new Date().toISOString(),
    sessionId: binding.sessionId,
    type: 'session_end',
    actor: 'launcher',
    argsHash: '',
    argsRef: '',
    salt: randomBytes(16).toString('hex'),
    policyVersion: '',
  });
}

import type { LedgerEntry } from '../core/contracts';

/** The parts of EventBridge's `ECS Task State Change` that matter here. */
export interface TaskStopped {
  readonly detail: { readonly taskArn: string };
}

export interface EndSessionPorts {
  readonly sessions: {
    resolveTask(
      taskId: string,
      now: number,
    ): Promise<{ kind: 'bound'; sessionId: string } | { kind: 'launching' } | { kind: 'unknown' }>;
    end(sessionId: string): Promise<void>;
    nextSeq(sessionId: string): Promise<number>;
  };
  readonly ledger: {
    appendNext(takeSeq: () => Promise<number>, make: (seq: number) => LedgerEntry): Promise<string>;
  };
  /** Epoch milliseconds. */
  readonly now: () => number;
  readonly randomHex: (bytes: number) => string;
}

/**
 * A task that stopped ends its session: its credentials may outlive it by hours, its session doesn't. An event that
 * comes twice, or again after a failure, ends it once more and says so once more.
 */
export async function endSession(event: TaskStopped, ports: EndSessionPorts): Promise<void> {
  const { taskArn } = event.detail;
  const now = ports.now();
  const binding = await ports.sessions.resolveTask(taskArn.slice(taskArn.lastIndexOf('/') + 1), Math.floor(now / 1000));
  if (binding.kind !== 'bound') return;
  const { sessionId } = binding;
  await ports.sessions.end(sessionId);
  const salt = ports.randomHex(16);
  await ports.ledger.appendNext(
    () => ports.sessions.nextSeq(sessionId),
    (seq) => ({
      v: 1,
      seq,
      at: new Date(now).toISOString(),
      sessionId,
      type: 'session_end',
      actor: 'launcher',
      argsHash: '',
      argsRef: '',
      salt,
      policyVersion: '',
    }),
  );
}

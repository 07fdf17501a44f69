import type { LedgerEntry } from '../core/contracts';
import { buildEntry } from '../core/ledger/build-entry';

/** The part of EventBridge's `ECS Task State Change` event that is used here. */
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
 * Ends the session of a task that stopped. The task's credentials may stay valid for hours, but the gate then denies its
 * calls. If the event comes again, the session is ended and recorded again.
 */
export async function endSession(event: TaskStopped, ports: EndSessionPorts): Promise<void> {
  const { taskArn } = event.detail;
  const at = ports.now();
  const binding = await ports.sessions.resolveTask(taskArn.slice(taskArn.lastIndexOf('/') + 1), Math.floor(at / 1000));
  if (binding.kind !== 'bound') return;
  const { sessionId } = binding;
  await ports.sessions.end(sessionId);
  const salt = ports.randomHex(16);
  await ports.ledger.appendNext(
    () => ports.sessions.nextSeq(sessionId),
    (seq) => buildEntry({ type: 'session_end', sessionId, actor: 'launcher', seq, at, salt }),
  );
}

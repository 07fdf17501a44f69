import type { SessionSlot } from '../aws/session-slots';
import { type RecordEndPorts, recordEnd } from './record-end';

/** The part of EventBridge's `ECS Task State Change` event that is used here. */
export interface TaskStopped {
  readonly detail: { readonly taskArn: string };
}

export interface EndSessionPorts extends Omit<RecordEndPorts, 'sessions'> {
  readonly sessions: RecordEndPorts['sessions'] & {
    resolveTask(
      taskId: string,
      now: number,
    ): Promise<{ kind: 'bound'; sessionId: string } | { kind: 'launching' } | { kind: 'unknown' }>;
  };
  readonly slots: { list(): Promise<SessionSlot[]>; free(slot: SessionSlot): Promise<void> };
}

/**
 * Ends the session of a task that stopped, records the end, and frees its place. The task's credentials may stay valid for hours, but
 * the gate then denies its calls. If the event comes again, nothing changes.
 */
export async function endSession(event: TaskStopped, ports: EndSessionPorts): Promise<void> {
  const { taskArn } = event.detail;
  const taskId = taskArn.slice(taskArn.lastIndexOf('/') + 1);
  const binding = await ports.sessions.resolveTask(taskId, Math.floor(ports.now() / 1000));
  if (binding.kind !== 'bound') return;
  const { sessionId } = binding;
  await ports.ends.end(sessionId, { cause: 'TASK_STOPPED', by: 'launcher' });
  // The sweep looks at sessions that hold a place only: until the ledger has the end, it must find this one.
  if (!(await recordEnd(sessionId, ports))) return;
  const held = (await ports.slots.list()).filter((slot) => slot.sessionId === sessionId);
  for (const slot of held) await ports.slots.free(slot);
}

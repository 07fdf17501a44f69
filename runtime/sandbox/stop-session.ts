import type { TaskState } from '../aws/agent-tasks';
import type { SessionEnd } from '../aws/session-ends';
import type { EndCause } from '../core/contracts';
import { type RecordEndPorts, recordEnd } from './record-end';

/** What stopping a session reads and writes. */
export interface StopPorts extends RecordEndPorts {
  readonly tasks: { stop(sessionId: string, taskId: string | undefined, reason: string): Promise<TaskState> };
}

/** What became of a session that was stopped. */
export interface Stopped {
  readonly task: TaskState;
  /** Whether the ledger has the end. If not, another part is writing it. */
  readonly recorded: boolean;
}

/** For people who look at the task in the console of ECS. */
const REASONS: Readonly<Record<EndCause, string>> = {
  TASK_STOPPED: 'The task has stopped.',
  EXPIRED: 'The session has expired.',
  TOO_MANY_DENIALS: 'The session had too many denials.',
  TOO_MANY_CALLS: 'The session went on calling after all its calls were used.',
  LAUNCH_FAILED: 'The launch of the session failed.',
  STOPPED_BY_PERSON: 'A person stopped the session.',
};

/**
 * Stops a session: the gate denies its calls first, then ECS stops its task. The ledger comes last, so that a ledger that is
 * down can't keep an agent running. What fails is tried again: each step can be repeated, and what is done already stays.
 *
 * @throws the first error, after every step was tried
 */
export async function stopSession(sessionId: string, end: SessionEnd, ports: StopPorts): Promise<Stopped> {
  await ports.ends.end(sessionId, end);
  const [stopped, recorded] = await Promise.allSettled([stopTask(sessionId, ports), recordEnd(sessionId, ports)]);
  if (stopped.status === 'rejected') throw stopped.reason;
  if (recorded.status === 'rejected') throw recorded.reason;
  return { task: stopped.value, recorded: recorded.value };
}

/** Stops the task of a session that has ended. */
export async function stopTask(sessionId: string, { ends, tasks }: StopPorts): Promise<TaskState> {
  const session = await ends.read(sessionId);
  return tasks.stop(sessionId, session?.taskId, REASONS[session?.endCause ?? 'LAUNCH_FAILED']);
}

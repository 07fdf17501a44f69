import type { TaskState } from '../aws/agent-tasks';
import type { RunningSession, SessionEnd } from '../aws/session-ends';
import type { EndCause, LedgerEntry } from '../core/contracts';
import { buildEntry } from '../core/ledger/build-entry';

/** What stopping a session reads and writes. */
export interface StopPorts {
  readonly ends: {
    read(sessionId: string): Promise<RunningSession | undefined>;
    end(sessionId: string, end: SessionEnd): Promise<boolean>;
    markRecorded(sessionId: string): Promise<void>;
  };
  readonly tasks: { stop(sessionId: string, taskId: string | undefined, reason: string): Promise<TaskState> };
  readonly sessions: { nextSeq(sessionId: string): Promise<number> };
  readonly ledger: {
    appendNext(takeSeq: () => Promise<number>, make: (seq: number) => LedgerEntry): Promise<string>;
  };
  /** Epoch milliseconds. */
  readonly now: () => number;
  readonly randomHex: (bytes: number) => string;
}

/** Who ended a session where the state doesn't say: only these two write a cause alone. */
const WRITER: Readonly<Partial<Record<EndCause, string>>> = { TOO_MANY_DENIALS: 'gate', LAUNCH_FAILED: 'launcher' };

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
export async function stopSession(sessionId: string, end: SessionEnd, ports: StopPorts): Promise<TaskState> {
  await ports.ends.end(sessionId, end);
  const [stopped, recorded] = await Promise.allSettled([stopTask(sessionId, ports), recordEnd(sessionId, ports)]);
  if (stopped.status === 'rejected') throw stopped.reason;
  if (recorded.status === 'rejected') throw recorded.reason;
  return stopped.value;
}

/** Stops the task of a session that has ended. */
export async function stopTask(sessionId: string, { ends, tasks }: StopPorts): Promise<TaskState> {
  const session = await ends.read(sessionId);
  return tasks.stop(sessionId, session?.taskId, REASONS[session?.endCause ?? 'LAUNCH_FAILED']);
}

/**
 * Writes `session_end` with who and why, unless it is there. If a writer stops between the entry and the mark, the end is
 * recorded twice, but never left out.
 */
export async function recordEnd(
  sessionId: string,
  { ends, sessions, ledger, now, randomHex }: Omit<StopPorts, 'tasks'>,
): Promise<void> {
  const session = await ends.read(sessionId);
  if (session?.status !== 'ENDED' || session.endRecorded) return;
  const { endCause: cause = 'TASK_STOPPED', endedBy, endReason: args } = session;
  const actor = endedBy ?? WRITER[cause] ?? 'launcher';
  const [at, salt] = [now(), randomHex(16)];
  await ledger.appendNext(
    () => sessions.nextSeq(sessionId),
    (seq) => buildEntry({ type: 'session_end', sessionId, actor, seq, at, salt, end: { cause }, args }),
  );
  await ends.markRecorded(sessionId);
}

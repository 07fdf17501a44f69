import { LAUNCH_SECONDS } from '../aws/launch-writes';
import type { RunningSession } from '../aws/session-ends';
import type { SessionSlot } from '../aws/session-slots';
import { type EndCause, MOST_LATE_ENTRIES } from '../core/contracts';
import { inParallel } from '../ledger/in-parallel';
import { type StopPorts, stopSession } from './stop-session';

export interface SweepPorts extends StopPorts {
  readonly slots: { list(): Promise<SessionSlot[]>; free(slot: SessionSlot): Promise<void> };
  /** Calls that a session may make. */
  readonly maxCalls: number;
  readonly log: (record: Record<string, unknown>) => void;
}

/** Sessions that are looked at at the same time. ECS allows about 40 stops a second in an account. */
const AT_ONCE = 10;

/**
 * Looks at each session of the agent, and stops those that are over: expired, ended by the gate or a person, or calling on after
 * its last call. It runs every minute, so it also tries again what failed, and frees the places of tasks that are gone.
 *
 * @throws Error if a session couldn't be stopped, after all were tried: the alarm counts that
 */
export async function sweepSessions(ports: SweepPorts): Promise<void> {
  const failed: string[] = [];
  await inParallel(
    await ports.slots.list(),
    async (slot) => {
      try {
        await sweep(slot, ports);
      } catch (error) {
        failed.push(slot.sessionId);
        ports.log({ event: 'session_not_stopped', sessionId: slot.sessionId, error: String(error) });
      }
    },
    AT_ONCE,
  );
  if (failed.length > 0) {
    throw new Error(
      `${failed.length} sessions could not be stopped: the log names them. They are tried again in a minute.`,
    );
  }
}

async function sweep(slot: SessionSlot, ports: SweepPorts): Promise<void> {
  const { sessionId, takenAt } = slot;
  const now = Math.floor(ports.now() / 1000);
  const isLaunching = takenAt + LAUNCH_SECONDS > now;
  const session = await ports.ends.read(sessionId);
  const cause = causeOf(session, now, isLaunching, ports.maxCalls);
  if (cause === undefined) return;
  const { task, recorded } = await stopSession(sessionId, { cause, by: 'launcher' }, ports);
  ports.log({ event: 'session_swept', sessionId, cause, task });
  // A task may still be started for a launch in progress. The place stays taken until that can't happen any more.
  if (recorded && task === 'gone' && (session?.taskId !== undefined || !isLaunching)) await ports.slots.free(slot);
}

/** Why a session is over. Undefined: it goes on. */
function causeOf(
  session: RunningSession | undefined,
  now: number,
  isLaunching: boolean,
  maxCalls: number,
): EndCause | undefined {
  if (session === undefined) return isLaunching ? undefined : 'LAUNCH_FAILED';
  if (session.status === 'ENDED') return session.endCause ?? 'TASK_STOPPED';
  if (session.expiresAt <= now) return 'EXPIRED';
  if (session.status === 'LAUNCHING') return isLaunching ? undefined : 'LAUNCH_FAILED';
  return session.calls >= maxCalls && session.lateEntries >= MOST_LATE_ENTRIES ? 'TOO_MANY_CALLS' : undefined;
}

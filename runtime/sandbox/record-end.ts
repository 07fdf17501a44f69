import type { RunningSession, SessionEnd } from '../aws/session-ends';
import type { EndCause, LedgerEntry } from '../core/contracts';
import { buildEntry } from '../core/ledger/build-entry';

/** What ending a session reads and writes. */
export interface RecordEndPorts {
  readonly ends: {
    read(sessionId: string): Promise<RunningSession | undefined>;
    end(sessionId: string, end: SessionEnd): Promise<boolean>;
    /** False: another writer has it, or it is done. `now` is in epoch seconds. */
    takeRecording(sessionId: string, now: number): Promise<boolean>;
    giveBackRecording(sessionId: string): Promise<void>;
    markRecorded(sessionId: string): Promise<void>;
  };
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

/**
 * Writes `session_end` with who and why, unless it is there or another part is writing it. If a writer is cut off between the entry and
 * the mark, the end is recorded twice, but never left out.
 *
 * @returns whether the ledger has the end. If not, the sweep tries again
 */
export async function recordEnd(sessionId: string, ports: RecordEndPorts): Promise<boolean> {
  const { ends, now } = ports;
  const session = await ends.read(sessionId);
  if (session?.status !== 'ENDED' || session.endRecorded) return true;
  if (!(await ends.takeRecording(sessionId, Math.floor(now() / 1000)))) {
    return (await ends.read(sessionId))?.endRecorded ?? false;
  }
  try {
    await append(session, ports);
  } catch (error) {
    await ends.giveBackRecording(sessionId);
    throw error;
  }
  await ends.markRecorded(sessionId);
  return true;
}

async function append(
  { sessionId, endCause: cause = 'TASK_STOPPED', endedBy, endReason: args }: RunningSession,
  { sessions, ledger, now, randomHex }: RecordEndPorts,
): Promise<void> {
  const actor = endedBy ?? WRITER[cause] ?? 'launcher';
  const [at, salt] = [now(), randomHex(16)];
  await ledger.appendNext(
    () => sessions.nextSeq(sessionId),
    (seq) => buildEntry({ type: 'session_end', sessionId, actor, seq, at, salt, end: { cause }, args }),
  );
}

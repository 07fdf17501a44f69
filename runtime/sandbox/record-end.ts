import type { RunningSession, SessionEnd } from '../aws/session-ends';
import type { EndCause, LedgerEntry } from '../core/contracts';
import { buildEntry } from '../core/ledger/build-entry';

/** What ending a session reads and writes. */
export interface RecordEndPorts {
  readonly ends: {
    read(sessionId: string): Promise<RunningSession | undefined>;
    end(sessionId: string, end: SessionEnd): Promise<boolean>;
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
 * Writes `session_end` with who and why, unless it is there. If a writer stops between the entry and the mark, the end is
 * recorded twice, but never left out.
 */
export async function recordEnd(
  sessionId: string,
  { ends, sessions, ledger, now, randomHex }: RecordEndPorts,
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

import type { OperatorReply, SessionSummary, StoppedSession } from '../../runtime/sandbox/operator-replies';
import type { CommandIo } from '../command-line/command-io';

/** One session on one line. */
export function sessionLine(session: SessionSummary): string {
  const { sessionId, status, user, expiresAt, calls, denials, tainted, waiting, endCause, endedBy } = session;
  return [
    sessionId,
    endCause === undefined ? status : `${status} (${[endCause, endedBy].filter(Boolean).join(' by ')})`,
    `for ${JSON.stringify(user)}`,
    `until ${expiresAt}`,
    `${calls} calls, ${denials} denials`,
    ...(tainted ? ['has read untrusted content'] : []),
    ...(waiting.length > 0 ? [`${waiting.length} waiting`] : []),
  ].join('  ');
}

/** Prints what became of stopped sessions. Returns the exit code. */
export function printStopped(
  { code, sessions, left }: Extract<OperatorReply, { sessions: readonly StoppedSession[] }>,
  io: CommandIo,
): number {
  for (const session of sessions) for (const line of stoppedLines(session)) io.out(line);
  if (sessions.length === 0 && left.length === 0) io.out('No session runs.');
  if (left.length > 0) {
    io.err(`${left.length} sessions were launched meanwhile: ${left.join(', ')}. Send the same command again.`);
  }
  return code === 'STOPPED' ? 0 : 1;
}

function stoppedLines({ sessionId, task, recorded, denied, notDenied }: StoppedSession): string[] {
  return [
    `${sessionId}: the gate denies its calls; ${TASK[task]}`,
    ...(recorded ? [] : [`${sessionId}: the ledger doesn't have the end yet; it is tried again within a minute`]),
    ...(denied.length > 0 ? [`${sessionId}: denied ${denied.join(', ')}`] : []),
    ...(notDenied.length > 0
      ? [`${sessionId}: could not deny ${notDenied.join(', ')}; what isn't claimed by now doesn't run`]
      : []),
  ];
}

const TASK: Readonly<Record<StoppedSession['task'], string>> = {
  stopping: 'its task is being stopped',
  gone: 'its task is gone',
  not_stopped: 'ITS TASK IS NOT STOPPED YET; it is tried again every minute',
};

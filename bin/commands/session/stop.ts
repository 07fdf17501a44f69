import { defineCommand } from '../../command-line/define-command';
import { OPERATOR_OPTIONS, OPERATOR_PERMISSIONS, operate, REASON, SESSION } from '../../operators/operator-client';
import { printStopped } from '../../operators/session-lines';

export const stop = defineCommand({
  description: `Stops one session: the gate denies its calls at once, its task is stopped, and what waits is denied. A call
that a connector has begun ends as it would, and is recorded. Stopping again tries again what failed.`,
  argument: SESSION,
  options: { ...REASON, ...OPERATOR_OPTIONS },
  examples: ["hardened-agent session stop Support-1a2b3c4d-018f00000000000000000000 --reason 'It mails customers'"],
  exitCodes: { 0: 'stopped', 1: 'the API refused, or not all of it was done' },
  permissions: OPERATOR_PERMISSIONS,
  run: async ({ argument: sessionId, options: { reason, ...options }, io }) => {
    const answer = await operate(`sessions/${sessionId}/stop`, options, io, { reason });
    if (answer?.code !== 'STOPPED' && answer?.code !== 'NOT_ALL_STOPPED') return 1;
    if (options.json) return answer.code === 'STOPPED' ? 0 : 1;
    return printStopped(answer, io);
  },
});

import { defineCommand } from '../../command-line/define-command';
import { OPERATOR_OPTIONS, OPERATOR_PERMISSIONS, operate, SESSION } from '../../operators/operator-client';
import { sessionLine } from '../../operators/session-lines';

export const show = defineCommand({
  description: 'Prints one session, and the requests that wait for a person in it.',
  argument: SESSION,
  options: OPERATOR_OPTIONS,
  examples: ['hardened-agent session show Support-1a2b3c4d-018f00000000000000000000'],
  exitCodes: { 0: 'the session was printed', 1: 'the API refused, or knows no such session' },
  permissions: OPERATOR_PERMISSIONS,
  run: async ({ argument: sessionId, options, io }) => {
    const answer = await operate(`sessions/${sessionId}`, options, io);
    if (answer?.code !== 'SESSION') return 1;
    if (options.json) return 0;
    io.out(sessionLine(answer.session));
    if (answer.session.taskId) io.out(`  task ${answer.session.taskId}`);
    for (const requestId of answer.session.waiting) io.out(`  waits: ${requestId}`);
    return 0;
  },
});

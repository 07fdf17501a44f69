import { defineCommand } from '../../command-line/define-command';
import { OPERATOR_OPTIONS, OPERATOR_PERMISSIONS, operate } from '../../operators/operator-client';
import { sessionLine } from '../../operators/session-lines';

export const list = defineCommand({
  description: 'Lists the sessions of an agent that run or may run, one line each.',
  options: OPERATOR_OPTIONS,
  examples: ['hardened-agent session list'],
  exitCodes: { 0: 'the list was printed', 1: 'the API refused' },
  permissions: OPERATOR_PERMISSIONS,
  run: async ({ options, io }) => {
    const answer = await operate('sessions', options, io);
    if (answer?.code !== 'SESSIONS') return 1;
    if (options.json) return 0;
    if (answer.sessions.length === 0) io.out('No session runs.');
    for (const session of answer.sessions) io.out(sessionLine(session));
    return 0;
  },
});

import { defineCommand } from '../../command-line/define-command';
import { OPERATOR_OPTIONS, OPERATOR_PERMISSIONS, operate, REASON } from '../../operators/operator-client';
import { printStopped } from '../../operators/session-lines';

export const stopAll = defineCommand({
  description: `Stops every session of the agent: the gate denies the calls of all of them first. Applications may launch new ones:
take lambda:InvokeFunction on the launch function away from them to prevent that.`,
  options: { ...REASON, ...OPERATOR_OPTIONS },
  examples: ["hardened-agent session stop-all --reason 'The ticket system was compromised'"],
  exitCodes: { 0: 'all stopped', 1: 'the API refused, or not all were stopped: send it again' },
  permissions: OPERATOR_PERMISSIONS,
  run: async ({ options: { reason, ...options }, io }) => {
    const answer = await operate('sessions/stop', options, io, { reason });
    if (answer?.code !== 'STOPPED' && answer?.code !== 'NOT_ALL_STOPPED') return 1;
    if (options.json) return answer.code === 'STOPPED' ? 0 : 1;
    return printStopped(answer, io);
  },
});

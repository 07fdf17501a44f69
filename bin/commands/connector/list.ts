import { defineCommand } from '../../command-line/define-command';
import { OPERATOR_OPTIONS, OPERATOR_PERMISSIONS, operate } from '../../operators/operator-client';

export const list = defineCommand({
  description: 'Lists the connectors of an agent, and who stopped one.',
  options: OPERATOR_OPTIONS,
  examples: ['hardened-agent connector list'],
  exitCodes: { 0: 'the list was printed', 1: 'the API refused' },
  permissions: OPERATOR_PERMISSIONS,
  run: async ({ options, io }) => {
    const answer = await operate('connectors', options, io);
    if (answer?.code !== 'CONNECTORS') return 1;
    if (options.json) return 0;
    for (const { connector, stopped, by, at } of answer.connectors) {
      io.out(stopped ? `${connector}  STOPPED by ${by} at ${at}` : `${connector}  runs`);
    }
    return 0;
  },
});

import { defineCommand } from '../../command-line/define-command';
import { CONNECTOR, OPERATOR_OPTIONS, OPERATOR_PERMISSIONS, operate, REASON } from '../../operators/operator-client';

export const resume = defineCommand({
  description:
    'Lets calls of a connector through again, once the ledger has it. What was denied meanwhile stays denied.',
  argument: CONNECTOR,
  options: { ...REASON, ...OPERATOR_OPTIONS },
  examples: ["hardened-agent connector resume Tickets --reason 'Credentials were replaced'"],
  exitCodes: { 0: 'resumed', 1: 'the API refused, or the ledger was down' },
  permissions: OPERATOR_PERMISSIONS,
  run: async ({ argument: connector, options: { reason, ...options }, io }) => {
    const answer = await operate(`connectors/${connector}/resume`, options, io, { reason });
    if (answer?.code !== 'CONNECTOR_RESUMED') return 1;
    if (!options.json) io.out(`${connector} runs again.`);
    return 0;
  },
});

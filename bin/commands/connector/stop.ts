import { defineCommand } from '../../command-line/define-command';
import { CONNECTOR, OPERATOR_OPTIONS, OPERATOR_PERMISSIONS, operate, REASON } from '../../operators/operator-client';

export const stop = defineCommand({
  description: `Stops a connector for all sessions of the agent: the gate denies its tools with CONNECTOR_STOPPED, and what waits for
it is denied. A call that it has begun ends as it would, and is recorded.`,
  argument: CONNECTOR,
  options: { ...REASON, ...OPERATOR_OPTIONS },
  examples: ["hardened-agent connector stop Tickets --reason 'The ticket system was compromised'"],
  exitCodes: { 0: 'stopped', 1: 'the API refused, or the ledger doesn’t have it yet' },
  permissions: OPERATOR_PERMISSIONS,
  run: async ({ argument: connector, options: { reason, ...options }, io }) => {
    const answer = await operate(`connectors/${connector}/stop`, options, io, { reason });
    if (answer?.code !== 'CONNECTOR_STOPPED' || !('connector' in answer)) return 1;
    if (options.json) return 0;
    io.out(`${connector} is stopped: the gate denies its tools.`);
    if (answer.denied.length > 0) io.out(`Denied: ${answer.denied.join(', ')}`);
    if (answer.notDenied.length > 0) io.out(`Could not deny: ${answer.notDenied.join(', ')}`);
    return 0;
  },
});

import { DESK_OPTIONS, DESK_PERMISSIONS, openDesk, refused } from '../../approval-desk/open-desk';
import { defineCommand } from '../../command-line/define-command';

export const list = defineCommand({
  description: 'Lists the requests that wait for a decision, one line each.',
  options: DESK_OPTIONS,
  examples: [
    'hardened-agent approvals list',
    'hardened-agent approvals list --api-url https://desk.example.com --json',
  ],
  exitCodes: { 0: 'the list was printed', 1: 'the desk refused' },
  permissions: DESK_PERMISSIONS,
  run: async ({ options, io }) => {
    const { status, body } = await (await openDesk(options, io)).list();
    if (status !== 200) return refused(body, io);
    if (options.json) io.json(body);
    else if (body.requests.length === 0) io.out('Nothing waits for a decision.');
    else {
      for (const { requestId, tool, expiresAt, sessionId } of body.requests) {
        io.out([requestId, tool, `expires ${expiresAt}`, `session ${sessionId}`].join('  '));
      }
      if (body.more) io.out('These are the most urgent. More requests wait, and are listed as these are decided.');
    }
    return 0;
  },
});

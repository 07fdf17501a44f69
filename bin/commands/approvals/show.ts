import { cardLines } from '../../../runtime/approvals/card-lines';
import {
  checkedCard,
  DESK_OPTIONS,
  DESK_PERMISSIONS,
  deskWords,
  openDesk,
  REQUEST,
  refused,
} from '../../approval-desk/open-desk';
import { commandHint } from '../../command-line/command-hint';
import { defineCommand } from '../../command-line/define-command';

export const show = defineCommand({
  description: 'Prints one request with the exact bytes that would be sent, and the command that approves them.',
  argument: REQUEST,
  options: DESK_OPTIONS,
  examples: ['hardened-agent approvals show r-0123'],
  exitCodes: { 0: 'the request was printed', 1: 'the desk refused, or knows no such request' },
  permissions: DESK_PERMISSIONS,
  run: async ({ argument: requestId, options, io }) => {
    const { status, body } = await (await openDesk(options, io)).show(requestId);
    if (status !== 200) return refused(body, io);
    if (options.json) {
      io.json(body);
      return 0;
    }
    const card = checkedCard(body);
    for (const line of cardLines(card, Date.now())) io.out(line);
    if (card.status === 'PENDING' && card.argumentsText !== undefined) {
      const words = ['approvals', 'approve', requestId, '--digest', card.digest, ...deskWords(options, io)];
      io.out(`To approve exactly this: ${commandHint(...words)}`);
    }
    return 0;
  },
});

import { DESK_OPTIONS, DESK_PERMISSIONS, openDesk, REQUEST } from '../../approval-desk/open-desk';
import { sendDecision } from '../../approval-desk/send-decision';
import { defineCommand } from '../../command-line/define-command';
import { flag, text } from '../../command-line/option';

export const deny = defineCommand({
  description: 'Denies a request. The call never runs.',
  argument: REQUEST,
  options: {
    reason: text('TEXT', 'why; the agent reads it on one line, without what looks like a credential'),
    alike: flag('deny all calls of the same tool and targets in this session, without asking anybody'),
    digest: text('DIGEST', 'deny only when the request has this digest'),
    ...DESK_OPTIONS,
  },
  examples: ["hardened-agent approvals deny r-0123 --reason 'Not the account of this customer'"],
  exitCodes: { 0: 'denied', 1: 'the desk refused' },
  permissions: DESK_PERMISSIONS,
  run: async ({ argument: requestId, options: { digest, reason, alike, json, ...access }, io }) =>
    sendDecision(await openDesk(access, io), requestId, io, {
      json,
      decide: (card) => ({
        v: 1,
        decision: 'DENIED',
        digest: digest ?? card.digest,
        ...(reason ? { reason } : {}),
        ...(alike ? { alike } : {}),
      }),
    }),
});

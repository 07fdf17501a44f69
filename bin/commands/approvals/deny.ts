import { DESK_OPTIONS, DESK_PERMISSIONS, openDesk, REQUEST } from '../../approval-desk/open-desk';
import { sendDecision } from '../../approval-desk/send-decision';
import { defineCommand } from '../../command-line/define-command';
import { required, text } from '../../command-line/option';

export const deny = defineCommand({
  description: 'Denies a request. The call never runs.',
  argument: REQUEST,
  options: {
    reason: required('TEXT', 'why, recorded with the decision', (given) => given),
    digest: text('DIGEST', 'deny only when the request has this digest'),
    ...DESK_OPTIONS,
  },
  examples: ["hardened-agent approvals deny r-0123 --reason 'Not the account of this customer'"],
  exitCodes: { 0: 'denied', 1: 'the desk refused' },
  permissions: DESK_PERMISSIONS,
  run: async ({ argument: requestId, options: { digest, reason, json, ...access }, io }) =>
    sendDecision(await openDesk(access, io), requestId, io, {
      json,
      decide: (card) => ({ v: 1, decision: 'DENIED', digest: digest ?? card.digest, reason }),
    }),
});

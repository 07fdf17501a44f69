import { DESK_OPTIONS, DESK_PERMISSIONS, deskWords, openDesk, REQUEST } from '../../approval-desk/open-desk';
import { sendDecision } from '../../approval-desk/send-decision';
import { commandHint } from '../../command-line/command-hint';
import { defineCommand } from '../../command-line/define-command';
import { text } from '../../command-line/option';
import { UsageError } from '../../command-line/usage-error';

export const approve = defineCommand({
  description: `Approves the exact bytes that a digest stands for. "hardened-agent approvals show ID" prints the bytes and
their digest. The call then runs once. If the approval rules ask for several people, it runs after the last one's approval.`,
  argument: REQUEST,
  options: {
    digest: {
      ...text('DIGEST', 'the digest of the bytes that you approve, 64 hexadecimal digits'),
      required: true,
    },
    reason: text('TEXT', 'recorded with the decision'),
    ...DESK_OPTIONS,
  },
  examples: [
    'hardened-agent approvals approve r-0123 --digest e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  ],
  exitCodes: { 0: 'the approval is recorded', 1: 'the desk refused, or the digest is not of this request' },
  permissions: DESK_PERMISSIONS,
  run: async ({ argument: requestId, options: { digest, reason, json, ...access }, io }) => {
    const show = commandHint('approvals', 'show', requestId, ...deskWords(access, io));
    if (digest === undefined) {
      throw new UsageError(`An approval is for exact bytes. Read them, and give their --digest: ${show}`);
    }
    if (!/^[0-9a-f]{64}$/.test(digest)) {
      throw new UsageError(`--digest is "${digest}", which is not 64 hexadecimal digits. Copy it from: ${show}`);
    }
    return sendDecision(await openDesk(access, io), requestId, io, {
      json,
      decide: (card) =>
        card.argumentsText !== undefined && card.digest === digest
          ? { v: 1, decision: 'APPROVED', digest, ...(reason ? { reason } : {}) }
          : 'The digest is not the one of this request’s bytes: nothing is sent. Show the request again.',
    });
  },
});

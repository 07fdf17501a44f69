import { timelineOf } from '../../../bin/audit/session-timeline';
import { PLATFORM_STREAM } from '../../../runtime/core/contracts';
import { deployFields } from '../../../runtime/core/ledger/deploy-entry';
import { entry } from '../../runtime/ledger/sealed-ledger';

const policyVersion = `${'ab'.repeat(4)}${'0'.repeat(56)}`;
const deploy = (seq: number, more: Parameters<typeof deployFields>[0]) =>
  entry(PLATFORM_STREAM, seq, { type: 'deploy', actor: 'sealer', decision: undefined, ...deployFields(more) });

test('tells of a deployment what runs without a person, and whether the gate enforces', () => {
  const [, strict, wide] = timelineOf([
    deploy(1, { policyVersion, autoApprovals: [] }),
    deploy(2, {
      policyVersion,
      autoApprovals: [{ tool: 'tickets_comment' }, { tool: 'tickets_refund', when: 'context.args.amountCents <= 5\n' }],
    }),
  ]);
  expect(strict).toMatch(/deployed: policy version abababab; nothing is auto-approved$/);
  expect(wide).toMatch(
    /deployed: policy version abababab; auto-approved: tickets_comment and tickets_refund when context\.args\.amountCents <= 5\\n$/,
  );
  const only = timelineOf([deploy(1, { policyVersion, mode: 'LOG_ONLY', autoApprovals: [] })]);
  expect(only.join('\n')).toContain('THE GATE ONLY LOGS');
});

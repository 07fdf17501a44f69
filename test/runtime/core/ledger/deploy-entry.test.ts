import { PLATFORM_STREAM } from '../../../../runtime/core/contracts';
import { deployFields } from '../../../../runtime/core/ledger/deploy-entry';
import { encodeEntry } from '../../../../runtime/core/ledger/entry';
import { entry } from '../../ledger/sealed-ledger';

test('auto-approvals that don’t fit are counted, and the entry stays below its limit', () => {
  const autoApprovals = Array.from({ length: 100 }, (_, i) => ({ tool: `tool_${i}`, when: 'é'.repeat(400) }));
  const fields = deployFields({ agent: 'Support-0a1b2c3d', policyVersion: '1'.repeat(64), autoApprovals });
  const listed = fields.deployment?.autoApprovals.length ?? 0;
  expect(listed).toBeGreaterThan(10);
  expect(fields.deployment?.unlisted).toBe(100 - listed);
  const { decision, requestId, ...bare } = entry(PLATFORM_STREAM, 1);
  expect(() => encodeEntry({ ...bare, type: 'deploy', ...fields })).not.toThrow();
});

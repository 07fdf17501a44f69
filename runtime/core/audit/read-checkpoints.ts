import type { AuditFindings } from './audit-finding';
import type { LedgerSource } from './ledger-source';
import type { SignedHeads } from './signed-heads';
import { textsUnder } from './texts-under';

/** Checkpoints that don't come from the buckets. */
export interface AuditorCheckpoints {
  /** Checkpoints that the auditor kept from earlier audits. */
  readonly kept?: readonly string[];
  /** What an earlier verification returned. */
  readonly verified?: { readonly checkpoint: string };
}

/**
 * Reads every checkpoint of every holder.
 *
 * @throws RangeError when no key of this log signed the checkpoint of the earlier verification
 */
export async function readCheckpoints(
  source: LedgerSource,
  heads: SignedHeads,
  findings: AuditFindings,
  { kept = [], verified }: AuditorCheckpoints,
): Promise<void> {
  const published = await source.published?.('checkpoint');
  if (published) heads.take('publication', 'checkpoint', Buffer.from(published).toString('utf8'));
  for await (const { key, text } of textsUnder(source, 'checkpoints/')) heads.take('ledger', key, text);
  if (source.witnessed) {
    for await (const { key, text } of source.witnessed()) heads.take('witness', key, text);
  }
  kept.forEach((text, i) => {
    heads.take('auditor', `kept checkpoint ${i + 1}`, text);
  });
  if (verified) takeVerified(heads, verified.checkpoint);
  heads.settle();
  if (heads.count === 0 && !findings.list.some(({ code }) => code === 'KEY_SUBSTITUTED')) {
    findings.add({
      code: 'CHECKPOINT_MISSING',
      where: 'checkpoints/',
      message: 'No checkpoint is signed by this key, so no part of this ledger is verified.',
    });
  }
}

function takeVerified(heads: SignedHeads, checkpoint: string): void {
  const where = 'verified checkpoint';
  heads.take('auditor', where, checkpoint);
  if (!heads.isRejected('auditor', where)) return;
  throw new RangeError(
    'The checkpoint of the earlier verification isn’t signed by a key of this log: verify the whole ledger.',
  );
}

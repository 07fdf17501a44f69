import { randomBytes } from 'node:crypto';
import { DeleteObjectCommand } from '@aws-sdk/client-s3';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { s3 } from '../../../runtime/aws/clients';
import { S3ObjectStore } from '../../../runtime/aws/s3-object-store';
import { defineCommand } from '../../command-line/define-command';
import { flag, text } from '../../command-line/option';
import { UsageError } from '../../command-line/usage-error';
import { type ErasableEvidence, type ErasedContent, eraseEvidence, evidenceOf } from '../../evidence/erase-evidence';
import { BUCKET_OPTIONS, EVIDENCE_BUCKET, identifier, SESSION_OPTION } from '../../ledger/ledger-options';

export const erase = defineCommand({
  description: `Erases the arguments and results of a session or of one request, and records the erasure in the ledger.
Without --confirm it only prints what would be erased.`,
  options: {
    session: SESSION_OPTION,
    request: text('ID', 'erase one request only'),
    confirm: flag('erase; nothing is erased without it'),
    ledgerBucket: BUCKET_OPTIONS.ledgerBucket,
    evidenceBucket: EVIDENCE_BUCKET,
  },
  examples: [
    'hardened-agent audit erase --session s-0123 --request r-0456',
    'hardened-agent audit erase --session s-0123 --request r-0456 --confirm',
  ],
  exitCodes: { 0: 'erased, or printed what would be erased', 1: 'nothing was erased' },
  permissions: ['s3:ListBucket', 's3:PutObject', 's3:DeleteObject', 'sts:GetCallerIdentity'],
  run: async ({ options: { session, request, confirm, ledgerBucket, evidenceBucket }, io }) => {
    if (!ledgerBucket) throw new UsageError('Give --ledger-bucket: the erasure is recorded there.');
    if (!evidenceBucket) throw new UsageError('Give --evidence-bucket: arguments and results are erased there.');
    const content: ErasedContent = {
      sessionId: session,
      ...(request === undefined ? {} : { requestId: identifier(request, '--request') }),
    };
    const evidence = evidenceIn(evidenceBucket);
    if (!confirm) {
      const keys = await evidenceOf(evidence, content);
      for (const key of keys) io.out(key);
      io.out(`${keys.length} objects would be erased, and cannot be restored. Add --confirm to erase them.`);
      return 0;
    }
    const { Arn } = await new STSClient({}).send(new GetCallerIdentityCommand({}));
    if (!Arn) throw new Error('AWS does not say who you are, so the erasure cannot be recorded. Nothing was erased.');
    const author = { actor: Arn, at: new Date().toISOString(), salt: randomBytes(16).toString('hex') };
    const recorded = await eraseEvidence(new S3ObjectStore(ledgerBucket), evidence, content, author);
    io.out(`Erased, and recorded as ${recorded}.`);
    return 0;
  },
});

function evidenceIn(bucket: string): ErasableEvidence {
  const store = new S3ObjectStore(bucket);
  return {
    list: (prefix) => store.list(prefix),
    delete: async (key) => {
      await s3().send(new DeleteObjectCommand({ Bucket: bucket, Key: key }));
    },
  };
}

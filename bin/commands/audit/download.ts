import { defineCommand } from '../../command-line/define-command';
import { required } from '../../command-line/option';
import { downloadLedger } from '../../ledger/download-ledger';
import { BUCKET_OPTIONS, bucketStores } from '../../ledger/ledger-options';

export const download = defineCommand({
  description:
    'Copies the ledger into a folder, where it can be verified offline. Arguments and results are not copied.',
  options: {
    dir: required('DIR', 'the folder to copy to', (given) => given),
    ...BUCKET_OPTIONS,
  },
  examples: ['hardened-agent audit download --dir copy --ledger-bucket my-ledger --witness-bucket my-witness'],
  exitCodes: { 0: 'the ledger was copied', 1: 'it could not be copied' },
  permissions: ['s3:ListBucket', 's3:ListBucketVersions', 's3:GetObject'],
  run: async ({ options: { dir, ...buckets }, io }) => {
    io.doing('copying the ledger');
    const count = await downloadLedger(bucketStores(buckets), dir, Date.now(), (copied) =>
      io.doing(`copying the ledger, ${copied} objects until now`),
    );
    io.out(`Copied ${count} objects to ${dir}.`);
    return 0;
  },
});

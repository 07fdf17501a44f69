import { defineCommand } from '../../command-line/define-command';
import { expectFolderOrNothing } from '../../command-line/given-file';
import { required } from '../../command-line/option';
import { COPY_FILE } from '../../ledger/copy-facts';
import { downloadLedger } from '../../ledger/download-ledger';
import { BUCKET_OPTIONS, bucketStores } from '../../ledger/ledger-options';

/** Objects that are named. An intruder may have planted any number. */
const SHOWN = 20;

export const download = defineCommand({
  description:
    'Copies the ledger into a folder, where it can be verified offline. Arguments and results are not copied.',
  options: {
    dir: required('DIR', 'the folder to copy to', (given) => given),
    ...BUCKET_OPTIONS,
  },
  examples: ['hardened-agent audit download --dir copy --ledger-bucket my-ledger --witness-bucket my-witness'],
  exitCodes: { 0: 'the ledger was copied', 1: 'it could not be copied, or not all of it' },
  permissions: ['s3:ListBucket', 's3:ListBucketVersions', 's3:GetObject'],
  run: async ({ options: { dir, ...buckets }, io }) => {
    expectFolderOrNothing(dir, '--dir');
    io.doing('copying the ledger');
    const { copied, notCopied } = await downloadLedger(bucketStores(buckets), dir, Date.now(), (count) =>
      io.doing(`copying the ledger, ${count} objects until now`),
    );
    io.out(`Copied ${copied} objects to ${dir}.`);
    for (const { key, why } of notCopied.slice(0, SHOWN)) io.err(`Not copied: ${key}: ${why}`);
    if (notCopied.length > SHOWN)
      io.err(`And ${notCopied.length - SHOWN} more; ${COPY_FILE} in the folder lists them.`);
    return notCopied.length === 0 ? 0 : 1;
  },
});

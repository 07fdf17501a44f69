import { existsSync } from 'node:fs';
import path from 'node:path';
import { S3ObjectStore } from '../../runtime/aws/s3-object-store';
import { required, textOr } from '../command-line/option';
import { UsageError } from '../command-line/usage-error';
import { FolderStore } from '../ledger/folder-store';
import { LEDGER_OPTIONS, NO_LEDGER } from '../ledger/ledger-options';
import type { ReadableStore } from '../ledger/stored-ledger';

/** Options that name recorded decisions: the ledger, the arguments, and the manifest of the gate. */
export const RECORD_OPTIONS = {
  evidence: required(
    'PLACE',
    'the recorded arguments, as a copy of the evidence bucket or the name of the bucket',
    (given) => given,
    { variable: 'HARDENED_AGENT_EVIDENCE_BUCKET' },
  ),
  dir: LEDGER_OPTIONS.dir,
  ledgerBucket: LEDGER_OPTIONS.ledgerBucket,
  manifest: textOr('cdk.out', 'PLACE', 'a synthesized app, or the manifest.json of one gate'),
};

/** Opens the ledger and its arguments. @throws UsageError when no option names a ledger */
export function openRecord({
  dir,
  evidence,
  ledgerBucket,
}: {
  readonly dir?: string;
  readonly evidence: string;
  readonly ledgerBucket?: string;
}): { readonly ledger: ReadableStore; readonly evidence: ReadableStore } {
  return {
    ledger: dir === undefined ? new S3ObjectStore(bucketOf(ledgerBucket)) : new FolderStore(path.join(dir, 'ledger')),
    evidence: existsSync(evidence) ? new FolderStore(evidence) : new S3ObjectStore(evidence),
  };
}

function bucketOf(ledgerBucket: string | undefined): string {
  if (ledgerBucket) return ledgerBucket;
  throw new UsageError(NO_LEDGER);
}

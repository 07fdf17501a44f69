import { statSync } from 'node:fs';
import path from 'node:path';
import { S3ObjectStore } from '../../runtime/aws/s3-object-store';
import { required, textOr } from '../command-line/option';
import { UsageError } from '../command-line/usage-error';
import { FolderStore } from '../ledger/folder-store';
import { LEDGER_OPTIONS, openLedger } from '../ledger/ledger-options';
import type { ReadableStore } from '../ledger/stored-ledger';

/** Options that name recorded decisions: the ledger, the arguments, and the manifest of the gate. */
export const RECORD_OPTIONS = {
  evidence: required(
    'PLACE',
    'the recorded arguments, as a copy of the evidence bucket or the name of the bucket',
    evidencePlace,
    { variable: 'HARDENED_AGENT_EVIDENCE_BUCKET' },
  ),
  dir: LEDGER_OPTIONS.dir,
  ledgerBucket: LEDGER_OPTIONS.ledgerBucket,
  manifest: textOr('cdk.out', 'PLACE', 'a synthesized app, or the manifest.json of one gate'),
};

/** Where the recorded arguments are. */
interface EvidencePlace {
  readonly name: string;
  readonly isFolder: boolean;
}

/** Values of the options that `openRecord` needs. */
interface RecordPlaces {
  readonly dir?: string;
  readonly evidence: EvidencePlace;
  readonly ledgerBucket?: string;
}

/**
 * Opens the ledger and its arguments.
 *
 * @throws UsageError when no option names a ledger; Error when the folder is no copy of a ledger
 */
export function openRecord({ dir, evidence, ledgerBucket }: RecordPlaces): {
  readonly ledger: ReadableStore;
  readonly evidence: ReadableStore;
} {
  return {
    ledger: openLedger({ dir, ledgerBucket }).stores.ledger,
    evidence: evidence.isFolder ? new FolderStore(evidence.name) : new S3ObjectStore(evidence.name),
  };
}

/** Source of a bucket's form: https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html */
const BUCKET_NAME = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;

/** Parts of an evidence bucket. A copy has at least one of them. */
const EVIDENCE_PARTS = ['args', 'results'];

function evidencePlace(given: string, option: string): EvidencePlace {
  const found = statSync(given, { throwIfNoEntry: false });
  if (found === undefined) {
    if (BUCKET_NAME.test(given)) return { name: given, isFolder: false };
    throw new UsageError(`${option}: there is no folder ${given}, and a bucket can't have this name.`);
  }
  if (!found.isDirectory())
    throw new UsageError(`${option}: ${given} is a file. Give the folder of a copy, or a bucket.`);
  const isPart = (part: string) => statSync(path.join(given, part), { throwIfNoEntry: false })?.isDirectory();
  if (EVIDENCE_PARTS.some(isPart)) return { name: given, isFolder: true };
  throw new UsageError(
    `${option}: ${given} is no copy of an evidence bucket: it has no folder args. Copy it: aws s3 sync s3://BUCKET ${given}`,
  );
}

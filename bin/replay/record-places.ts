import { existsSync } from 'node:fs';
import path from 'node:path';
import { S3ObjectStore } from '../../runtime/aws/s3-object-store';
import { FolderStore } from '../audit/folder-store';
import type { ReadableStore } from '../audit/stored-ledger';
import type { CommandIo } from '../command-io';

/** Options by which a command is told where the record of decisions is. */
export const RECORD_OPTIONS = {
  dir: { type: 'string' },
  evidence: { type: 'string' },
  'ledger-bucket': { type: 'string' },
  manifest: { type: 'string', default: 'cdk.out' },
} as const;

export const RECORD_USAGE = `  --dir DIR             a copy that "audit download" made; without it the bucket is read
  --ledger-bucket NAME  (or HARDENED_AGENT_LEDGER_BUCKET)
  --evidence PLACE      a copy of the evidence bucket, or its name (or HARDENED_AGENT_EVIDENCE_BUCKET)
  --manifest PLACE      a synthesized app, or a manifest.json of one; default cdk.out`;

/** Where the record is. @throws Error when nothing says so */
export function recordPlaces(
  values: { readonly dir?: string; readonly evidence?: string; readonly 'ledger-bucket'?: string },
  { env }: Pick<CommandIo, 'env'>,
): { ledger: ReadableStore; evidence: ReadableStore } {
  const evidence = values.evidence ?? env.HARDENED_AGENT_EVIDENCE_BUCKET;
  if (!evidence) throw new Error('Give --evidence: without the arguments no decision can be made again.');
  const bucket = values['ledger-bucket'] ?? env.HARDENED_AGENT_LEDGER_BUCKET;
  if (values.dir === undefined && !bucket) throw new Error('Give --dir, or --ledger-bucket.');
  return {
    ledger:
      values.dir === undefined ? new S3ObjectStore(bucket ?? '') : new FolderStore(path.join(values.dir, 'ledger')),
    evidence: existsSync(evidence) ? new FolderStore(evidence) : new S3ObjectStore(evidence),
  };
}

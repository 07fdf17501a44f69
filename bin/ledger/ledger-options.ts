import { existsSync } from 'node:fs';
import { s3 } from '../../runtime/aws/clients';
import { parseVerifierKey } from '../../runtime/core/merkle/note';
import { readGivenFile } from '../command-line/given-file';
import { required, text } from '../command-line/option';
import { UsageError } from '../command-line/usage-error';
import { BucketStore } from './bucket-store';
import { changedVersions } from './object-versions';
import { openCopy } from './open-copy';
import type { LedgerStores, OpenedLedger } from './stored-ledger';

/** Options that name the buckets of a ledger. */
export const BUCKET_OPTIONS = {
  ledgerBucket: text('NAME', 'the locked bucket of the ledger', { variable: 'HARDENED_AGENT_LEDGER_BUCKET' }),
  publicationBucket: text('NAME', 'the bucket with the published tree', {
    variable: 'HARDENED_AGENT_PUBLICATION_BUCKET',
  }),
  witnessBucket: text('NAME', 'the bucket of the witness', { variable: 'HARDENED_AGENT_WITNESS_BUCKET' }),
};

/** Options that say where a ledger is read: in a downloaded copy, or in its buckets. */
export const LEDGER_OPTIONS = {
  dir: text('DIR', 'a copy that "hardened-agent audit download" made; without it, the buckets are read'),
  ...BUCKET_OPTIONS,
};

export const EVIDENCE_BUCKET = text('NAME', 'the bucket with arguments and results', {
  variable: 'HARDENED_AGENT_EVIDENCE_BUCKET',
});

export const KEY_OPTION = required(
  'KEY',
  'the public key that "hardened-agent audit key" prints, or a file that contains it',
  (given, option) => {
    const text = isVerifierKey(given) ? given : readGivenFile(given, option);
    try {
      return parseVerifierKey(text);
    } catch (error) {
      throw new UsageError(`${option}: ${(error as Error).message}.`);
    }
  },
  { variable: 'HARDENED_AGENT_LEDGER_KEY' },
);

/** Whether a text is a key and not the name of a file: NAME+HASH+KEY. */
function isVerifierKey(given: string): boolean {
  return !existsSync(given) && given.split('+').length >= 3;
}

export const SESSION_OPTION = required('ID', 'the id of a session', (given) => identifier(given, '--session'));

/** The id of a session or of a request. @throws UsageError for anything else */
export function identifier(given: string, option: string): string {
  if (/^[A-Za-z0-9][A-Za-z0-9_-]{0,127}$/.test(given)) return given;
  throw new UsageError(
    `${option} is "${given}". Give an id: at most 128 letters, digits, "-" and "_", beginning with a letter or a digit.`,
  );
}

/** What a command says that reads a copy or the buckets, and got neither. */
export const NO_LEDGER = 'Give --dir with a downloaded copy, or --ledger-bucket with the bucket of the ledger.';

/** Values of `BUCKET_OPTIONS`. */
export interface LedgerBuckets {
  readonly ledgerBucket?: string;
  readonly publicationBucket?: string;
  readonly witnessBucket?: string;
}

/**
 * Opens the ledger that the options name.
 *
 * @throws UsageError when no option names a ledger
 */
export function openLedger({ dir, ...buckets }: LedgerBuckets & { readonly dir?: string }): OpenedLedger {
  return dir === undefined ? { stores: bucketStores(buckets, NO_LEDGER) } : openCopy(dir);
}

/**
 * @param missing what the error says
 * @throws UsageError when there is no `--ledger-bucket`
 */
export function bucketStores(
  { ledgerBucket, publicationBucket, witnessBucket }: LedgerBuckets,
  missing = 'Give --ledger-bucket with the bucket of the ledger, or set HARDENED_AGENT_LEDGER_BUCKET.',
): LedgerStores {
  if (!ledgerBucket) {
    throw new UsageError(missing);
  }
  const store = (name: string | undefined) => (name === undefined ? undefined : new BucketStore(name));
  return {
    ledger: new BucketStore(ledgerBucket),
    publication: store(publicationBucket),
    witness: store(witnessBucket),
    history: (prefix) => changedVersions(s3(), ledgerBucket, prefix),
  };
}

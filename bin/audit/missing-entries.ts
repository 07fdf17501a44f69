import { S3ServiceException } from '@aws-sdk/client-s3';
import type { LedgerStores } from '../ledger/stored-ledger';

/** What is known of entries that a listing doesn't show. */
export interface MissingEntries {
  /** One line for each. */
  readonly missing: readonly string[];
  /** A line that says why it isn't known. */
  readonly unknown: readonly string[];
}

/**
 * Entries that a delete marker hides, or that a copy doesn't have as files. A listing shows neither.
 *
 * @param prefix of their keys
 * @param shown keys that the listing shows
 */
export async function missingEntries(
  { history, oddities }: Pick<LedgerStores, 'history' | 'oddities'>,
  prefix: string,
  shown: ReadonlySet<string>,
): Promise<MissingEntries> {
  const missing: string[] = [];
  for await (const { key, what, message } of oddities?.() ?? []) {
    if (key.startsWith(prefix) && what !== 'STRAY_FILE') missing.push(`MISSING: ${key}. ${message}`);
  }
  try {
    for await (const { key, what } of history?.(prefix) ?? []) {
      if (what !== 'DELETE_MARKER' || shown.has(key)) continue;
      missing.push(`HIDDEN: ${key}. A delete marker hides this entry. Its locked version still exists.`);
    }
  } catch (error) {
    if (!(error instanceof S3ServiceException) || error.$metadata.httpStatusCode !== 403) throw error;
    return {
      missing,
      unknown: ['Entries that a delete marker hides are not named: that needs the permission s3:ListBucketVersions.'],
    };
  }
  return { missing, unknown: [] };
}

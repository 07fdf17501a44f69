import type { StoredEntry } from './stored-entry';

/** A key that was written or deleted more than once. */
export interface KeyHistory {
  readonly key: string;
  readonly what: 'DELETE_MARKER' | 'VERSION_OVERWRITTEN';
}

/** One listed object of the locked bucket. */
export interface LedgerObject {
  readonly key: string;
  /** When it was stored, epoch milliseconds; undefined where a copy doesn't say. */
  readonly modified?: number;
}

/** A ledger to audit: the buckets themselves, or a copy of them. */
export interface LedgerSource {
  /** Texts of objects of the locked bucket, in the order of the keys; undefined where there is no object. */
  read(keys: readonly string[]): Promise<(string | undefined)[]>;
  /** The same for entries, hashed and parsed elsewhere. Absent where the audit does that itself. */
  entries?(keys: readonly string[]): Promise<(StoredEntry | undefined)[]>;
  /** Objects of the locked bucket under a prefix, in the order of their keys. */
  list(prefix: string): AsyncIterable<LedgerObject>;
  /** Keys of the locked bucket that were deleted or written again. Absent where versions can't be read. */
  history?(): AsyncIterable<KeyHistory>;
  /** Checkpoints at the witness. Absent where no witness was given. */
  witnessed?(): AsyncIterable<{ readonly key: string; readonly text: string }>;
  /** An object of the public bucket. Absent where no public bucket was given. */
  published?(path: string): Promise<Uint8Array | undefined>;
}

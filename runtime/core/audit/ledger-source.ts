import type { StoredEntry } from '../ledger/stored-entry';

/** A key that was written or deleted more than once. */
export interface KeyHistory {
  readonly key: string;
  readonly what: 'DELETE_MARKER' | 'VERSION_OVERWRITTEN';
}

/** One listed object of the locked bucket. */
export interface LedgerObject {
  readonly key: string;
  /** When the bucket took it, epoch milliseconds; undefined where a copy doesn't tell. */
  readonly modified?: number;
}

/** A ledger to be audited: the buckets themselves, or a copy of them. */
export interface LedgerSource {
  /** Texts of objects of the locked bucket, in the order asked; undefined where there is none. */
  read(keys: readonly string[]): Promise<(string | undefined)[]>;
  /** The same of entries, already hashed and parsed; absent where the audit does that itself. */
  entries?(keys: readonly string[]): Promise<(StoredEntry | undefined)[]>;
  /** Objects of the locked bucket under a prefix, in the order of their keys. */
  list(prefix: string): AsyncIterable<LedgerObject>;
  /** Keys of the locked bucket that aren't as written once; absent where that isn't known. */
  history?(): AsyncIterable<KeyHistory>;
  /** Checkpoints kept by the witness; undefined where none was given. */
  witnessed?(): AsyncIterable<{ readonly key: string; readonly text: string }>;
  /** An object of the public bucket; absent where none was given. */
  published?(path: string): Promise<Uint8Array | undefined>;
}

import type { StoredEntry } from './stored-entry';

/** A key that was written or deleted more than once. */
export interface KeyHistory {
  readonly key: string;
  readonly what: 'DELETE_MARKER' | 'VERSION_OVERWRITTEN';
}

/** Something in a copy that no download stores there, or an object that is missing in it. */
export interface CopyOddity {
  /** The key; with `witness: ` before it where it belongs to the witness. */
  readonly key: string;
  /**
   * `STRAY_FILE`: a file of an operating system or an editor, which is no object of the ledger. `NOT_A_FILE`: a link, a
   * device or the like, which is not read. `NOT_COPIED`: an object that the download could not copy.
   */
  readonly what: 'STRAY_FILE' | 'NOT_A_FILE' | 'NOT_COPIED';
  /** What is there, or why it was not copied. A sentence. */
  readonly message: string;
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
  /** What is odd in a copy. Absent where the buckets are read. */
  oddities?(): AsyncIterable<CopyOddity>;
  /** Checkpoints at the witness. Absent where no witness was given. */
  witnessed?(): AsyncIterable<{ readonly key: string; readonly text: string }>;
  /** An object of the public bucket. Absent where no public bucket was given. */
  published?(path: string): Promise<Uint8Array | undefined>;
}

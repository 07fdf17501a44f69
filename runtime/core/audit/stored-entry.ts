import type { LedgerEntry } from '../contracts';
import { parseEntry } from '../ledger/entry';
import { hashLeaf, type TreeHash } from '../merkle/hash';

/** The fields of an entry that an audit uses. All other fields only have to match the schema. */
export type FollowedEntry = Pick<
  LedgerEntry,
  'sessionId' | 'seq' | 'at' | 'type' | 'actor' | 'requestId' | 'rotation'
> & { readonly decision?: { readonly code: string } };

/** A stored text as an entry, or the reason why it is not one. */
export type JudgedEntry =
  | { readonly ok: true; readonly entry: FollowedEntry }
  | { readonly ok: false; readonly reason: string };

/** A stored object at the key of an entry. It may have been hashed and parsed in another thread. */
export interface StoredEntry {
  /** The stored text, or its UTF-8 bytes. */
  readonly content: string | Uint8Array;
  hash(): TreeHash;
  judge(): JudgedEntry;
}

/** An entry that is hashed and parsed on demand: an audit drops most entries right after reading them. */
export class TextEntry implements StoredEntry {
  constructor(readonly content: string) {}

  hash(): TreeHash {
    return hashLeaf(this.content);
  }

  judge(): JudgedEntry {
    return parseEntry(this.content);
  }
}

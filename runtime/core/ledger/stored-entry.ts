import type { LedgerEntry } from '../contracts';
import { hashLeaf, type TreeHash } from '../merkle/hash';
import { parseEntry } from './entry';

/** What an audit follows of an entry. The rest has to keep to the schema, and isn't looked at again. */
export type FollowedEntry = Pick<
  LedgerEntry,
  'sessionId' | 'seq' | 'at' | 'type' | 'actor' | 'requestId' | 'rotation'
> & { readonly decision?: { readonly code: string } };

/** What an audit follows of a stored text, or why it is no entry. */
export type JudgedEntry =
  | { readonly ok: true; readonly entry: FollowedEntry }
  | { readonly ok: false; readonly reason: string };

/** A stored object that should be an entry, hashed and parsed here or in another thread. */
export interface StoredEntry {
  /** The stored text, or its UTF-8. */
  readonly content: string | Uint8Array;
  hash(): TreeHash;
  judge(): JudgedEntry;
}

/** An entry that is hashed and parsed when it is asked for: most of an audit's entries are dropped right afterwards. */
export class TextEntry implements StoredEntry {
  constructor(readonly content: string) {}

  hash(): TreeHash {
    return hashLeaf(this.content);
  }

  judge(): JudgedEntry {
    return parseEntry(this.content);
  }
}

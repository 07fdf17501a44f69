import { handedOverTo } from '../ledger/key-rotation';
import type { FollowedEntry } from '../ledger/stored-entry';
import type { VerifierKey } from '../merkle/note';

/** The key that is trusted, and those that it handed the log over to, each by the signature of the one before. */
export class SigningKeys {
  private readonly chain: VerifierKey[];
  /** Leaves after which each key of the chain but the last signs no more, as far as the log was read. */
  private readonly ends: number[] = [];

  constructor(trusted: VerifierKey) {
    this.chain = [trusted];
  }

  /** The log's name, which all its keys have. */
  get name(): string {
    return this.chain[0].name;
  }

  get all(): readonly VerifierKey[] {
    return this.chain;
  }

  /** Learns from an entry, before its place in the tree is known. Returns whether it says nothing, or the truth. */
  learn(entry: FollowedEntry): boolean {
    if (entry.type !== 'key_rotation') return true;
    const next = handedOverTo(entry, this.chain[this.chain.length - 1]);
    if (next && !this.chain.some(({ id }) => id === next.id)) {
      this.chain.push(next);
      return true;
    }
    // A sealer that died may have said the same twice.
    return this.chain.some((key) => handedOverTo(entry, key) !== undefined);
  }

  /** An entry was sealed in a batch that ends with this size: up to there the old key signs. */
  sealed(entry: FollowedEntry, batchEnd: number): void {
    const current = this.chain[this.ends.length];
    const next = current && handedOverTo(entry, current);
    if (next && this.chain[this.ends.length + 1]?.id === next.id) this.ends.push(batchEnd);
  }

  /** The key that has to sign a tree of this size. */
  of(size: number): VerifierKey {
    const handovers = this.ends.filter((end) => end < size).length;
    return this.chain[handovers];
  }

  /** The key that signs what comes next, and the size after which it does; undefined for the trusted key itself. */
  get current(): { readonly key: VerifierKey; readonly after: number } | undefined {
    const after = this.ends.at(-1);
    return after === undefined ? undefined : { key: this.chain[this.ends.length], after };
  }
}

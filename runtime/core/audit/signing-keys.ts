import { handedOverTo } from '../ledger/key-rotation';
import type { VerifierKey } from '../merkle/note';
import type { FollowedEntry } from './stored-entry';

/** The trusted key and its successors. Each successor is signed by the key before it. */
export class SigningKeys {
  private readonly chain: VerifierKey[];
  /** Sizes up to which the keys of the chain sign, as far as the log was read. The last key has none. */
  private readonly ends: number[] = [];

  constructor(private readonly trusted: VerifierKey) {
    this.chain = [trusted];
  }

  /** The log's name. All its keys have it. */
  get name(): string {
    return this.trusted.name;
  }

  get all(): readonly VerifierKey[] {
    return this.chain;
  }

  /** @throws RangeError when the chain has no such position */
  at(position: number): VerifierKey {
    const key = this.chain[position];
    if (!key) throw new RangeError(`This log has ${this.chain.length} keys and none at position ${position}`);
    return key;
  }

  /** Learns from an entry before its place in the tree is known. False where the entry names a key that isn't signed for. */
  learn(entry: FollowedEntry): boolean {
    if (entry.type !== 'key_rotation') return true;
    const next = handedOverTo(entry, this.at(this.chain.length - 1));
    if (next && !this.chain.some(({ id }) => id === next.id)) {
      this.chain.push(next);
      return true;
    }
    // A sealer that died may have written the same rotation twice.
    return this.chain.some((key) => handedOverTo(entry, key) !== undefined);
  }

  /** To be called with each sealed entry. A rotation ends the old key with the batch that contains it. */
  sealed(entry: FollowedEntry, batchEnd: number): void {
    const current = this.chain[this.ends.length];
    const next = current && handedOverTo(entry, current);
    if (next && this.chain[this.ends.length + 1]?.id === next.id) this.ends.push(batchEnd);
  }

  /** The key that must sign a tree of this size. */
  of(size: number): VerifierKey {
    return this.at(this.ends.filter((end) => end < size).length);
  }

  /** The key that signs now, and the size after which it does; undefined where that is still the trusted key. */
  get current(): { readonly key: VerifierKey; readonly after: number } | undefined {
    const after = this.ends.at(-1);
    return after === undefined ? undefined : { key: this.at(this.ends.length), after };
  }
}

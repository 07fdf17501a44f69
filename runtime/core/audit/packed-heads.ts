import { HASH_BYTES, type TreeHash } from '../merkle/hash';

/** Where a checkpoint was found: the locked bucket, the witness, the public bucket, or kept by the auditor. */
export type HeadHolder = 'ledger' | 'witness' | 'publication' | 'auditor';

const HOLDERS: readonly HeadHolder[] = ['ledger', 'witness', 'publication', 'auditor'];

/** A tree head. `signer` is the position of its key among the log's keys. */
export interface PackedHead {
  readonly size: number;
  readonly root: TreeHash;
  readonly holder: HeadHolder;
  readonly signer: number;
}

/**
 * Tree heads by size, in about fifty bytes each. A log that seals every minute signs half a million a year, and an audit
 * holds all of them.
 */
export class PackedHeads {
  private readonly taken: number[] = [];
  private readonly holders: number[] = [];
  private readonly signers: number[] = [];
  private roots = Buffer.alloc(64 * HASH_BYTES);
  /** Positions of the heads by size. Heads of one size keep the order in which they came. */
  private order: number[] = [];

  /** Returns the position of the head. */
  push({ size, root, holder, signer }: PackedHead): number {
    const position = this.taken.push(size) - 1;
    this.holders.push(HOLDERS.indexOf(holder));
    this.signers.push(signer);
    const offset = position * HASH_BYTES;
    if (offset === this.roots.length) this.roots = Buffer.concat([this.roots], 2 * offset);
    root.copy(this.roots, offset);
    return position;
  }

  /** To be called after the last `push`, and before any look-up. */
  sort(): void {
    this.order = [...this.taken.keys()];
    this.order.sort((one, other) => this.sizeOf(one) - this.sizeOf(other) || one - other);
  }

  /** Positions of the heads of one size. */
  at(size: number): number[] {
    const end = this.firstAbove(size);
    let start = end;
    while (start > 0 && this.sizeAt(start - 1) === size) start -= 1;
    return this.order.slice(start, end);
  }

  /** Positions of the heads above a size, the smallest first. */
  *above(size: number): Generator<number> {
    for (let i = this.firstAbove(size); i < this.order.length; i += 1) yield this.positionAt(i);
  }

  /** @throws RangeError when no head has this position */
  get(position: number): PackedHead {
    const holder = HOLDERS[this.holders[position] ?? HOLDERS.length];
    const signer = this.signers[position];
    if (!holder || signer === undefined) throw new RangeError(`No head has the position ${position}`);
    const offset = position * HASH_BYTES;
    const root = this.roots.subarray(offset, offset + HASH_BYTES) as TreeHash;
    return { size: this.sizeOf(position), root, holder, signer };
  }

  /** The largest size; undefined where there are no heads. */
  get largest(): number | undefined {
    return this.order.length === 0 ? undefined : this.sizeAt(this.order.length - 1);
  }

  private sizeAt(i: number): number {
    return this.sizeOf(this.positionAt(i));
  }

  private positionAt(i: number): number {
    const position = this.order[i];
    if (position === undefined) throw new RangeError(`There are ${this.order.length} heads, and none at ${i}`);
    return position;
  }

  private sizeOf(position: number): number {
    const size = this.taken[position];
    if (size === undefined) throw new RangeError(`No head has the position ${position}`);
    return size;
  }

  private firstAbove(size: number): number {
    let low = 0;
    let high = this.order.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.sizeAt(middle) <= size) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

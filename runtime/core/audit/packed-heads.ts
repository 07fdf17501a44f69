import { HASH_BYTES, type TreeHash } from '../merkle/hash';

/** Who holds a checkpoint: the locked bucket, the witness, the public bucket, or the auditor from an earlier audit. */
export type HeadHolder = 'ledger' | 'witness' | 'publication' | 'auditor';

const HOLDERS: readonly HeadHolder[] = ['ledger', 'witness', 'publication', 'auditor'];

/** A tree head as it is kept: `signer` is the position of its key among the log's. */
export interface PackedHead {
  readonly size: number;
  readonly root: TreeHash;
  readonly holder: HeadHolder;
  readonly signer: number;
}

/**
 * Tree heads by size, in some fifty bytes each: a log that seals every minute signs half a million in a year, and an
 * audit holds them all.
 */
export class PackedHeads {
  private readonly taken: number[] = [];
  private readonly holders: number[] = [];
  private readonly signers: number[] = [];
  private roots = Buffer.alloc(64 * HASH_BYTES);
  /** Positions of the heads by size, those of one size as they were taken. */
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

  /** To be called once all are pushed, before any is looked for. */
  sort(): void {
    this.order = this.taken.map((_, position) => position);
    this.order.sort((one, other) => this.taken[one] - this.taken[other] || one - other);
  }

  /** Positions of the heads of one size. */
  at(size: number): number[] {
    const end = this.firstAbove(size);
    let start = end;
    while (start > 0 && this.sizeAt(start - 1) === size) start -= 1;
    return this.order.slice(start, end);
  }

  /** Positions of the heads above a size, the least first. */
  *above(size: number): Generator<number> {
    for (let i = this.firstAbove(size); i < this.order.length; i += 1) yield this.order[i];
  }

  get(position: number): PackedHead {
    const offset = position * HASH_BYTES;
    return {
      size: this.taken[position],
      root: this.roots.subarray(offset, offset + HASH_BYTES) as TreeHash,
      holder: HOLDERS[this.holders[position]],
      signer: this.signers[position],
    };
  }

  /** The largest size; undefined where there is none. */
  get largest(): number | undefined {
    return this.order.length === 0 ? undefined : this.sizeAt(this.order.length - 1);
  }

  private sizeAt(i: number): number {
    return this.taken[this.order[i]];
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

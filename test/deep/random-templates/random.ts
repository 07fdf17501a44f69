import { randomFrom } from '../../seed';

/** Draws of one case. Each case has a stream of its own, so that one case can be repeated without the others. */
export class Random {
  private readonly next: () => number;

  constructor(stream: number) {
    this.next = randomFrom(stream);
  }

  /** A whole number from 0 to below `end`. */
  public below(end: number): number {
    return Math.floor(this.next() * end);
  }

  public chance(share: number): boolean {
    return this.next() < share;
  }

  public pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)] as T;
  }

  /** From one to `most` of a list. */
  public some<T>(list: readonly T[], most: number): T[] {
    return Array.from({ length: 1 + this.below(most) }, () => this.pick(list));
  }
}

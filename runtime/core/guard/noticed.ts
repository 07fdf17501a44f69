/** More places are not kept apart: then all of the text is looked at. */
const MOST_PLACES = 4096;
/** More than there are watched texts. */
const MOST_NUMBERS = 4096;

/** Where watched texts were seen in a skeleton, in order. */
export class Noticed {
  private readonly numbers = new Uint16Array(MOST_PLACES);
  private readonly places = new Int32Array(MOST_PLACES);
  private length = 0;
  /** By number: 1 if the watched text was seen, also when its places aren't kept. */
  private readonly seen = new Uint8Array(MOST_NUMBERS);

  get size(): number {
    return this.length;
  }

  /** Whether there were more places than are kept. */
  get isFull(): boolean {
    return this.length === MOST_PLACES;
  }

  clear(): void {
    if (this.length > 0) this.seen.fill(0);
    this.length = 0;
  }

  /** @param place the last symbol of the watched text */
  add(number: number, place: number): void {
    this.seen[number] = 1;
    if (this.isFull) return;
    this.numbers[this.length] = number;
    this.places[this.length] = place;
    this.length += 1;
  }

  has(number: number): boolean {
    return this.seen[number] === 1;
  }

  numberAt(index: number): number {
    return this.numbers[index] ?? 0;
  }

  /** The places in the skeleton. */
  get all(): Int32Array {
    return this.places.subarray(0, this.length);
  }
}

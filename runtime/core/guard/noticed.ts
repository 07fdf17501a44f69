/** More places are not kept apart: then all of the text is looked at. */
const MOST_PLACES = 4096;

/** Where watched texts were seen in a skeleton, in order. */
export class Noticed {
  private readonly numbers = new Uint16Array(MOST_PLACES);
  private readonly places = new Int32Array(MOST_PLACES);
  private length = 0;

  get size(): number {
    return this.length;
  }

  /** Whether there were more places than are kept. */
  get isFull(): boolean {
    return this.length === MOST_PLACES;
  }

  clear(): void {
    this.length = 0;
  }

  /** @param place the last symbol of the watched text */
  add(number: number, place: number): void {
    if (this.isFull) return;
    this.numbers[this.length] = number;
    this.places[this.length] = place;
    this.length += 1;
  }

  numberAt(index: number): number {
    return this.numbers[index] ?? 0;
  }

  /** The places in the skeleton. */
  get all(): Int32Array {
    return this.places.subarray(0, this.length);
  }
}

const FIRST_ROOM = 1024;
const LINE_BREAK = 0x0a;

/** What was decoded, one line each, as UTF-8. A text for each word would take several times as long. */
export class DecodedBytes {
  private bytes = Buffer.allocUnsafe(FIRST_ROOM);
  private length = 0;

  /** How many bytes there are. */
  get size(): number {
    return this.length;
  }

  /** @param write writes a line from `at` on, at most `most` bytes, and returns how many it wrote */
  add(most: number, write: (bytes: Uint8Array, at: number) => number): void {
    const least = this.length + most + 1;
    if (least > this.bytes.length) {
      const larger = Buffer.allocUnsafe(2 * least);
      this.bytes.copy(larger, 0, 0, this.length);
      this.bytes = larger;
    }
    this.length += write(this.bytes, this.length);
    this.bytes[this.length] = LINE_BREAK;
    this.length += 1;
  }

  addBytes(line: Uint8Array): void {
    this.add(line.length, (bytes, at) => {
      bytes.set(line, at);
      return line.length;
    });
  }

  text(): string {
    return this.bytes.toString('utf8', 0, Math.max(0, this.length - 1));
  }
}

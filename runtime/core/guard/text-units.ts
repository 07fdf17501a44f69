const FIRST_ROOM = 1024;

/** A text that is made of many short parts. Strings that grow by a few characters would take several times as long. */
export class TextUnits {
  private units = new Uint16Array(FIRST_ROOM);
  private length = 0;
  private latin1 = true;

  add(text: string, start: number, end: number): void {
    const least = this.length + end - start;
    if (least > this.units.length) {
      const larger = new Uint16Array(2 * least);
      larger.set(this.units);
      this.units = larger;
    }
    // Local names make the loop several times as fast.
    const { units } = this;
    let { length } = this;
    let all = 0;
    for (let at = start; at < end; at += 1, length += 1) {
      const unit = text.charCodeAt(at);
      units[length] = unit;
      all |= unit;
    }
    this.length = length;
    this.latin1 &&= all <= 0xff;
  }

  get size(): number {
    return this.length;
  }

  /** Takes out what was added from a place on. */
  cut(size: number): void {
    this.length = size;
  }

  text(): string {
    const units = this.units.subarray(0, this.length);
    if (this.latin1) return Buffer.from(units).toString('latin1');
    return Buffer.from(units.buffer, 0, units.byteLength).toString('utf16le');
  }
}

/** A text that is made of many short parts. Strings that grow by a few characters would take several times as long. */
export class TextUnits {
  private readonly units: Uint16Array;
  private length = 0;
  private latin1 = true;

  /** @param most units that the text can have */
  constructor(most: number) {
    this.units = new Uint16Array(most);
  }

  add(text: string, start: number, end: number): void {
    for (let at = start; at < end; at += 1) {
      const unit = text.charCodeAt(at);
      if (unit > 0xff) this.latin1 = false;
      this.units[this.length] = unit;
      this.length += 1;
    }
  }

  text(): string {
    const units = this.units.subarray(0, this.length);
    if (this.latin1) return Buffer.from(units).toString('latin1');
    return Buffer.from(units.buffer, 0, units.byteLength).toString('utf16le');
  }
}

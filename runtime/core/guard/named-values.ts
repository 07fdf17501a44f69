const AMPERSAND = 0x26;

/** By unit of ASCII: 1 if it may belong to a value. */
const inValue = flagsOf(/[A-Za-z0-9+/_=~!@#%^&*$.-]/);
/** By unit of ASCII: 1 if a value may end before it. */
const afterValue = flagsOf(/[\\"'`\s,;&}<)]/);

function flagsOf(pattern: RegExp): Uint8Array {
  return Uint8Array.from({ length: 0x80 }, (_, unit) => Number(pattern.test(String.fromCharCode(unit))));
}

/** How many characters a value has. */
export interface ValueLength {
  readonly least: number;
  readonly most: number;
}

/**
 * The values after names in one text. Many names may stand before the same long run of characters, and a regular expression
 * would read it again for each.
 */
export class NamedValues {
  /** The run that was read last, and whether a value may end inside of it. */
  private start = 0;
  private end = 0;
  private mayEndInside = false;

  constructor(
    private readonly text: string,
    private readonly length: ValueLength,
  ) {}

  /** Where the value ends that begins at a place. -1: there is none. */
  endFrom(from: number): number {
    const { text } = this;
    const { least, most } = this.length;
    if (from < this.start || from >= this.end) this.read(from);
    const last = Math.min(this.end, from + most);
    if (last - from < least) return -1;
    if (isAfterValue(text, last)) return last;
    if (!this.mayEndInside) return -1;
    for (let at = last - 1; at >= from + least; at -= 1) if (text.charCodeAt(at) === AMPERSAND) return at;
    return -1;
  }

  private read(from: number): void {
    const { text } = this;
    let at = from;
    this.mayEndInside = false;
    for (; at < text.length; at += 1) {
      const unit = text.charCodeAt(at);
      if (inValue[unit] !== 1) break;
      if (unit === AMPERSAND) this.mayEndInside = true;
    }
    this.start = from;
    this.end = at;
  }
}

function isAfterValue(text: string, at: number): boolean {
  if (at === text.length) return true;
  const unit = text.charCodeAt(at);
  return unit < 0x80 ? afterValue[unit] === 1 : /\s/.test(text.charAt(at));
}

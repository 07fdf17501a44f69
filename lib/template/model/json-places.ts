import { LEAF, type PlacedMember, type PlacedNode } from './placed-node';

/** Where each value of a JSON text stands. @param text JSON that `JSON.parse` accepts */
export function jsonPlaces(text: string): PlacedNode {
  return new JsonPlaces(text).read();
}

/** Reads a text that is known to be JSON, so it looks at no more than it needs. */
class JsonPlaces {
  private at = 0;

  constructor(private readonly text: string) {}

  read(): PlacedNode {
    const begin = this.next();
    if (begin === '{') return { members: this.members() };
    if (begin === '[') return { items: this.items() };
    this.skipScalar();
    return LEAF;
  }

  /** The last one of two equal keys, as in the value. */
  private members(): Map<string, PlacedMember> {
    const members = new Map<string, PlacedMember>();
    this.at += 1;
    while (this.next() !== '}') {
      const offset = this.at;
      this.skipString();
      const key = JSON.parse(this.text.slice(offset, this.at)) as string;
      // The colon.
      this.next();
      this.at += 1;
      members.set(key, { offset, node: this.read() });
      if (this.next() === ',') this.at += 1;
    }
    this.at += 1;
    return members;
  }

  private items(): PlacedMember[] {
    const items: PlacedMember[] = [];
    this.at += 1;
    while (this.next() !== ']') {
      items.push({ offset: this.at, node: this.read() });
      if (this.next() === ',') this.at += 1;
    }
    this.at += 1;
    return items;
  }

  /** The next character that isn't white space. */
  private next(): string | undefined {
    while (/[ \t\r\n]/.test(this.text.charAt(this.at))) this.at += 1;
    return this.text[this.at];
  }

  private skipScalar(): void {
    if (this.text[this.at] === '"') this.skipString();
    else while (/[-+.\w]/.test(this.text.charAt(this.at))) this.at += 1;
  }

  private skipString(): void {
    this.at += 1;
    while (this.text[this.at] !== '"') this.at += this.text[this.at] === '\\' ? 2 : 1;
    this.at += 1;
  }
}

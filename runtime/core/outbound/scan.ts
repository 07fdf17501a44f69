import type { NamedAddresses } from './named-addresses';

/** A part of a text that can send data, and what it is. */
export interface Span {
  readonly start: number;
  readonly end: number;
  readonly what: string;
}

/** Characters that are read for each character of a text, at most, and for a short text. */
const READS = 12;
const LEAST_READS = 50_000;

/** One text that is searched: whose addresses it may have, what was found, and how much was read. */
export class Scan {
  readonly spans: Span[] = [];
  /** Characters read so far, by every rule. */
  reads = 0;

  constructor(
    readonly text: string,
    readonly named: NamedAddresses,
  ) {}

  /** Nested openings make each rule read the rest again and again. Then the text counts as markup that can't be read. */
  get isOver(): boolean {
    return this.reads > READS * this.text.length + LEAST_READS;
  }

  /** Says that a rule read so many characters. False: the rule must stop. */
  read(characters: number): boolean {
    this.reads += characters;
    return !this.isOver;
  }

  found(start: number, end: number, what: string | undefined): void {
    if (what !== undefined) this.spans.push({ start, end, what });
  }
}

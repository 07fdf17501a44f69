import { mayLoad, problemOfLink } from './address';
import type { Scan } from './scan';

const IMAGE = 'an image';

/** An opening bracket that isn't closed yet, and whether it is one of an image. */
interface Opening {
  readonly at: number;
  readonly isImage: boolean;
}

/**
 * Finds images and links of Markdown. Where programs differ (code, tags and backslashes in the description, blank lines), what
 * may be an image counts as one.
 */
export function findMarkdown(scan: Scan): void {
  const { text } = scan;
  // Only a closing bracket ends an image, a link or a definition.
  if (!text.includes(']') || (!text.includes('](') && !text.includes('!['))) return;
  scan.read(text.length);
  new Brackets(scan, definitionsIn(scan)).find();
}

class Brackets {
  private readonly open: Opening[] = [];
  /** The last image whose end isn't clear, because its description has signs that programs read differently. */
  private unclear: Opening | undefined;
  private lastOdd = -1;

  constructor(
    private readonly scan: Scan,
    private readonly definitions: ReadonlySet<string>,
  ) {}

  find(): void {
    for (const { index, 0: sign } of this.scan.text.matchAll(/!?\[|\]|[`<\\]|\n[ \t\r]*\n/g)) {
      if (this.scan.isOver) return;
      if (sign === ']') this.close(index);
      else if (sign.endsWith('[')) this.push({ at: index, isImage: sign !== '[' });
      else if (sign.startsWith('\n')) this.unclear = undefined;
      else this.lastOdd = index;
    }
  }

  private push(opening: Opening): void {
    this.open.push(opening);
    if (opening.isImage && !this.unclear) this.unclear = opening;
  }

  private close(at: number): void {
    const { scan } = this;
    const opening = this.open.pop();
    const next = scan.text.charAt(at + 1);
    const isOdd = this.unclear !== undefined && this.lastOdd > this.unclear.at;
    if (opening?.isImage && !isOdd) this.unclear = undefined;
    const image = opening?.isImage ? opening : isOdd ? this.unclear : undefined;
    if (next === '(') this.judgeInline(at + 1, image, opening);
    else if (image) this.judgeReference(at, image);
  }

  private judgeInline(at: number, image: Opening | undefined, opening: Opening | undefined): void {
    const { address, end } = destinationAt(this.scan, at + 1);
    const problem = image
      ? mayLoad(address, this.scan.named)
        ? undefined
        : IMAGE
      : problemOfLink(address, this.scan.named);
    this.scan.found(image?.at ?? opening?.at ?? at, end, problem);
  }

  /** `![label]`, `![text][label]`, `![label][]`: only a definition makes it an image. */
  private judgeReference(at: number, image: Opening): void {
    if (this.definitions.size === 0) return;
    const { text } = this.scan;
    // Older programs allow white space before the label.
    const open = /\s{0,3}\[/y;
    open.lastIndex = at + 1;
    const end = open.test(text) ? text.indexOf(']', open.lastIndex) : -1;
    const labels = [text.slice(image.at + 2, at), ...(end < 0 ? [] : [text.slice(open.lastIndex, end)])];
    this.scan.read(end < 0 ? at - image.at : end - image.at);
    const isImage = labels.some((label) => label.length <= MOST_LABEL && this.definitions.has(plainLabel(label)));
    if (isImage) this.scan.found(image.at, end < 0 ? at + 1 : end + 1, IMAGE);
  }
}

const MOST_LABEL = 1100;

/** Programs compare labels without case and white space. Here, only letters and digits count. */
function plainLabel(label: string): string {
  return label
    .normalize('NFKC')
    .toUpperCase()
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '');
}

const DEFINITION = /\]:\s{0,200}(?=\S)/g;

/** The labels that are defined as addresses that mustn't be loaded. Links with them are found as links. */
function definitionsIn(scan: Scan): ReadonlySet<string> {
  const { text, named } = scan;
  const labels = new Set<string>();
  for (const found of text.matchAll(DEFINITION)) {
    // A label that is longer isn't one.
    const from = Math.max(0, found.index - MOST_LABEL);
    const open = from + text.slice(from, found.index).lastIndexOf('[');
    if (open < from) continue;
    const start = found.index + found[0].length;
    const { address, end } = destinationAt(scan, start);
    if (!mayLoad(address, named)) {
      labels.add(plainLabel(text.slice(open + 1, found.index)));
      // A bracket in the label may be escaped.
      const line = Math.max(from, text.slice(from, open).lastIndexOf('\n') + from + 1);
      if (text.charAt(open - 1) === '\\' && scan.read(found.index - line)) {
        labels.add(plainLabel(text.slice(line, found.index)));
      }
    }
    scan.found(open, end, problemOfLink(address, named));
    if (!scan.read(found.index - open)) break;
  }
  return labels;
}

const DESTINATION = /\s{0,200}(?:<([^>\n]{0,8000})>?|((?:\\.|[^\s()\\]|\([^\s()]{0,2000}\)|[(\\]){0,8000}))/y;

/** The address of a link, an image or a definition, and where it ends with its title. */
function destinationAt(scan: Scan, at: number): { address: string; end: number } {
  const { text } = scan;
  DESTINATION.lastIndex = at;
  const found = DESTINATION.exec(text);
  const address = found?.[1] ?? found?.[2] ?? '';
  const end = found ? DESTINATION.lastIndex : at;
  scan.read(end - at);
  const close = /[^\n()]{0,1000}\)/y;
  close.lastIndex = end;
  return { address, end: close.test(text) ? close.lastIndex : end };
}

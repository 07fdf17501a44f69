/** Where a value is, with its quotes. */
export interface ValuePlace {
  readonly from: number;
  readonly to: number;
  readonly isQuoted: boolean;
}

/** A tag as HTML reads it: attributes in quotes may hold anything, and `/` separates as white space does. */
export interface Tag {
  readonly name: string;
  readonly attributes: readonly (readonly [name: string, value: string])[];
  readonly values: readonly ValuePlace[];
  readonly end: number;
}

const NAME = /[a-zA-Z][^\s/>]*/y;
const ATTRIBUTE = /[\s/]*([^\s/>][^\s/>=]*)(?:\s*=\s*(?:"([^"]*)(?:"|$)|'([^']*)(?:'|$)|([^\s>"'][^\s>]*)?))?/y;
const REST = /[\s/]*>?/y;

/** The tag that begins at a `<` before a letter. Without an end, it has all of the rest: that part may come from elsewhere. */
export function tagAt(text: string, at: number): Tag {
  NAME.lastIndex = at + 1;
  const name = NAME.exec(text)?.[0] ?? '';
  let end = at + 1 + name.length;
  const attributes: [string, string][] = [];
  const values: ValuePlace[] = [];
  for (;;) {
    ATTRIBUTE.lastIndex = end;
    const found = ATTRIBUTE.exec(text);
    if (!found) break;
    const value = found[2] ?? found[3] ?? found[4] ?? '';
    end = ATTRIBUTE.lastIndex;
    attributes.push([found[1]?.toLowerCase() ?? '', value]);
    if (value !== '') values.push({ from: end - value.length - 1, to: end, isQuoted: found[4] === undefined });
  }
  REST.lastIndex = end;
  REST.exec(text);
  return { name: withoutPrefix(name.toLowerCase()), attributes, values, end: Math.max(end, REST.lastIndex) };
}

const BEGIN_OF_NAME = /[^\s/>]{0,64}/y;

/** The name of the tag at a `<`, as `tagAt` reads it, but cut to 64 characters. */
export function tagNameAt(text: string, at: number): string {
  BEGIN_OF_NAME.lastIndex = at + 1;
  return BEGIN_OF_NAME.exec(text)?.[0].toLowerCase() ?? '';
}

/** The prefix of a namespace doesn't change what an element of SVG or VML does. */
export function withoutPrefix(name: string): string {
  return name.slice(name.lastIndexOf(':') + 1);
}

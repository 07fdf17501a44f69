/**
 * What a template value becomes once its intrinsics are read.
 *
 * A `Value` is JSON in which four more things may stand where JSON has a scalar: a `Reference` (the attribute of a
 * resource, or a pseudo parameter), a `Text` (a string of which only pieces are known), an `Unresolved` (something
 * that nobody can know from the template) and `undefined` (AWS::NoValue: the property is absent).
 */

/** JSON with references, partly known strings and explicit unknowns in it. `undefined` is AWS::NoValue. */
export type Value =
  | null
  | boolean
  | number
  | string
  | Reference
  | Text
  | Unresolved
  | Value[]
  | ValueObject
  | undefined;

/** A JSON object whose members may be symbolic. */
export interface ValueObject {
  [key: string]: Value;
}

/**
 * The value of an attribute that exists only after deployment. Two references with equal `key` are the same value:
 * `Ref` and `Fn::GetAtt` that return the same thing (a security group's id) were already made one.
 */
export class Reference {
  /** Equal for equal values, across the stacks of one assembly. */
  public readonly key: string;

  /**
   * @param template name of the template that holds the resource; '' for a pseudo parameter
   * @param logicalId logical id, or the pseudo parameter's name (`AWS::Region`)
   * @param attribute attribute name; `Ref` where no attribute returns the same value
   */
  constructor(
    public readonly template: string,
    public readonly logicalId: string,
    public readonly attribute: string,
  ) {
    this.key = template === '' ? logicalId : `${template}#${logicalId}.${attribute}`;
  }

  /** True for AWS::Partition, AWS::Region, AWS::AccountId and the other pseudo parameters. */
  public get isPseudo(): boolean {
    return this.template === '';
  }

  public toString(): string {
    return this.isPseudo || this.attribute === 'Ref'
      ? `\${${this.logicalId}}`
      : `\${${this.logicalId}.${this.attribute}}`;
  }
}

/** A string of known text and unknown pieces, in order. Always has at least one piece that isn't text. */
export class Text {
  constructor(public readonly pieces: readonly TextPiece[]) {}

  public toString(): string {
    return this.pieces.map(String).join('');
  }
}

/** A piece of a `Text`. */
export type TextPiece = string | Reference | Unresolved;

/** A value that can't be known from the template. Never safe: a check that meets it reports "can't be proven". */
export class Unresolved {
  /**
   * @param expression what stands in the template, short
   * @param where the place: logical id and property path
   * @param reason why it can't be known
   * @param parts what is known of the inside (the argument of a Fn::Base64, say), for rules that search text
   */
  constructor(
    public readonly expression: string,
    public readonly where: string,
    public readonly reason: string,
    public readonly parts: readonly Value[] = [],
  ) {}

  public toString(): string {
    return `?(${this.expression})`;
  }
}

/** One way the value can turn out, and what was assumed for it. */
export interface Branch {
  readonly value: Value;
  /** Readable assumptions: `Prod is true`, `Cidr = 0.0.0.0/0 (default)`. Empty when the value is certain. */
  readonly assuming: readonly string[];
}

/** Every way a value can turn out. Never empty. */
export type Resolved = readonly Branch[];

export function isObject(value: Value): value is ValueObject {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof Reference) &&
    !(value instanceof Text) &&
    !(value instanceof Unresolved)
  );
}

/** True for values that stand for a string: known, partly known, or a reference. Not for `Unresolved`. */
export function isTextual(value: Value): value is string | Text | Reference {
  return typeof value === 'string' || value instanceof Text || value instanceof Reference;
}

/** Pieces of a textual value; numbers and booleans are spelled as CloudFormation does. */
export function piecesOf(value: Value): readonly TextPiece[] | undefined {
  if (typeof value === 'string') return [value];
  if (typeof value === 'number' || typeof value === 'boolean') return [String(value)];
  if (value instanceof Text) return value.pieces;
  if (value instanceof Reference || value instanceof Unresolved) return [value];
  return undefined;
}

/** Joins pieces, merging neighbouring text; a single piece is returned as itself. */
export function textOf(pieces: readonly TextPiece[]): string | Reference | Unresolved | Text {
  const merged: TextPiece[] = [];
  for (const piece of pieces) {
    const last = merged[merged.length - 1];
    if (typeof piece === 'string' && typeof last === 'string') merged[merged.length - 1] = last + piece;
    else if (piece !== '') merged.push(piece);
  }
  if (merged.length === 0) return '';
  const [first] = merged;
  return merged.length === 1 && first !== undefined ? first : new Text(merged);
}

/**
 * A string that is equal exactly for values that are certainly equal. An `Unresolved` is equal to nothing, itself
 * excepted, so its key carries its place.
 */
export function keyOf(value: Value): string {
  if (value === undefined) return 'absent';
  if (value instanceof Reference) return `ref(${value.key})`;
  if (value instanceof Unresolved) return `unresolved(${value.where}|${value.expression})`;
  if (value instanceof Text) return `text(${value.pieces.map((p) => keyOf(p)).join('+')})`;
  if (Array.isArray(value)) return `[${value.map(keyOf).join(',')}]`;
  if (isObject(value)) {
    return `{${Object.keys(value)
      .sort()
      .map((k) => `${JSON.stringify(k)}:${keyOf(value[k])}`)
      .join(',')}}`;
  }
  return JSON.stringify(value);
}

/** True when the values are certainly equal. */
export function sameValue(a: Value, b: Value): boolean {
  return keyOf(a) === keyOf(b);
}

/** Every `Unresolved` inside a value, those inside texts and their `parts` included. */
export function unresolvedIn(value: Value): Unresolved[] {
  const found: Unresolved[] = [];
  visit(value, (v) => {
    if (v instanceof Unresolved) found.push(v);
  });
  return found;
}

/** Every `Reference` inside a value. */
export function referencesIn(value: Value): Reference[] {
  const found: Reference[] = [];
  visit(value, (v) => {
    if (v instanceof Reference) found.push(v);
  });
  return found;
}

/** Calls `seen` for the value and everything in it, pieces of texts and parts of unknowns included. */
export function visit(value: Value, seen: (value: Value) => void): void {
  seen(value);
  if (Array.isArray(value)) for (const item of value) visit(item, seen);
  else if (value instanceof Text) for (const piece of value.pieces) visit(piece, seen);
  else if (value instanceof Unresolved) for (const part of value.parts) visit(part, seen);
  else if (isObject(value)) for (const key of Object.keys(value)) visit(value[key], seen);
}

/** A value as a person reads it in a message. */
export function describe(value: Value): string {
  if (value === undefined) return 'absent';
  if (typeof value === 'string') return value;
  if (value instanceof Reference || value instanceof Text || value instanceof Unresolved) return value.toString();
  if (Array.isArray(value)) return `[${value.map(describe).join(', ')}]`;
  if (isObject(value)) {
    return `{${Object.keys(value)
      .map((k) => `${k}: ${describe(value[k])}`)
      .join(', ')}}`;
  }
  return JSON.stringify(value);
}

/**
 * Parses a JSON text of which pieces may be symbolic (a policy document or state machine given as a string). A
 * symbolic piece may stand inside a JSON string only.
 *
 * @returns undefined when the text isn't JSON, or a symbolic piece stands outside a string
 */
export function parseJsonText(value: Value): Value {
  const pieces = piecesOf(value);
  if (pieces === undefined) return undefined;
  const mark = (index: number): string => `\u{F0000}${index}\u{F0001}`;
  const source = pieces.map((piece, index) => (typeof piece === 'string' ? piece : mark(index))).join('');
  let parsed: Value;
  try {
    parsed = JSON.parse(source) as Value;
  } catch {
    return undefined;
  }
  const restore = (v: Value): Value => {
    if (typeof v === 'string') {
      if (!v.includes('\u{F0000}')) return v;
      return textOf(
        v.split(/\u{F0000}(\d+)\u{F0001}/u).map((part, i) => (i % 2 === 0 ? part : (pieces[Number(part)] ?? part))),
      );
    }
    if (Array.isArray(v)) return v.map(restore);
    if (isObject(v))
      return Object.fromEntries(Object.entries(v).map(([k, item]) => [String(restore(k)), restore(item)]));
    return v;
  };
  return restore(parsed);
}

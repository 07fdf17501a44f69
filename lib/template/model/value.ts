/**
 * A template value after its intrinsic functions were read, and how to look into one.
 *
 * A `Value` is JSON with four more kinds of scalar: a `Reference` (the attribute of a resource, or a pseudo parameter), a
 * `Text` (a string that is known in part), an `Unresolved` (a value that the template doesn't tell) and `undefined`
 * (AWS::NoValue: the property is absent).
 */

/** JSON with references, partly known strings and unknown values. `undefined` is AWS::NoValue. */
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
 * The value of an attribute that exists only after deployment. Two references with the same `key` have the same value: a
 * `Ref` and an `Fn::GetAtt` that return the same thing (a security group's id) become one reference.
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

/** A string made of known text and unknown pieces, in order. At least one piece isn't text. */
export class Text {
  constructor(public readonly pieces: readonly TextPiece[]) {}

  public toString(): string {
    return this.pieces.map(String).join('');
  }
}

/** A piece of a `Text`. */
export type TextPiece = string | Reference | Unresolved;

/** A value that isn't known from the template. It is never safe: a check that finds one reports "can't be proven". */
export class Unresolved {
  /**
   * @param expression the template's own text, shortened
   * @param where logical id and property path
   * @param reason why the value isn't known
   * @param parts the known values inside (for example the argument of an Fn::Base64), for rules that search text
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

/** Services from which CloudFormation reads the value of a dynamic reference. */
export type DynamicReferenceService = 'ssm' | 'ssm-secure' | 'secretsmanager';

/**
 * `{{resolve:service:key}}`: CloudFormation reads the value from the service at deployment, so the template doesn't tell it.
 *
 * Source: CloudFormation User Guide, "Get values stored in other services using dynamic references".
 */
export class DynamicReference extends Unresolved {
  /** Undefined for a service that isn't known. */
  public readonly service: DynamicReferenceService | undefined;

  /** @param pieces the reference's own text; the names in it may be symbolic */
  constructor(pieces: readonly TextPiece[], where: string) {
    const expression = pieces.map(String).join('');
    super(expression, where, 'CloudFormation reads the value at deployment', pieces);
    const [, service] = /^\{\{resolve:(ssm|ssm-secure|secretsmanager):/.exec(expression) ?? [];
    this.service = service as DynamicReferenceService | undefined;
  }
}

/** One possible value, and the assumptions under which it holds. */
export interface Branch {
  readonly value: Value;
  /** Readable assumptions: `Prod is true`, `Cidr = 0.0.0.0/0 (default)`. Empty when the value is certain. */
  readonly assuming: readonly string[];
}

/** Every possible value. Never empty. */
export type Resolved = readonly Branch[];

/** True for a JSON object; false for lists and the symbolic values. */
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

/** True for a string: known, partly known, or a reference. False for `Unresolved`. */
export function isTextual(value: Value): value is string | Text | Reference {
  return typeof value === 'string' || value instanceof Text || value instanceof Reference;
}

/** The items of a list. CloudFormation accepts a single value where it expects a list: that is one item. */
export function listOf(value: Value): readonly Value[] {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? value : [value];
}

const PLACES = new WeakMap<readonly Value[], readonly number[]>();

/** A list of which the template has more items than it keeps. @param places index of each item in the template */
export function listWithPlaces(items: Value[], places: readonly number[]): Value[] {
  PLACES.set(items, places);
  return items;
}

/** Index that an item of a list has in the template: AWS::NoValue leaves out items before it. */
export function placeInList(list: Value, index: number): number {
  return (Array.isArray(list) ? PLACES.get(list)?.[index] : undefined) ?? index;
}

/** A member inside a value. Where the value isn't known, or has no members, the result is `Unresolved`. */
export function memberOf(value: Value, ...path: readonly (string | number)[]): Value {
  let at = value;
  for (const step of path) {
    if (at === undefined || at === null) return undefined;
    if (at instanceof Unresolved) return at;
    if (Array.isArray(at)) at = at[Number(step)];
    else if (isObject(at)) at = Object.hasOwn(at, String(step)) ? at[String(step)] : undefined;
    else return new Unresolved(String(at), String(step), 'not an object');
  }
  return at;
}

/** Certainly true. CloudFormation accepts `'true'` for `true`. */
export function isTrue(value: Value): boolean {
  return value === true || (typeof value === 'string' && value.toLowerCase() === 'true');
}

/** Certainly false. An absent value is not false: the property's own default decides. */
export function isFalse(value: Value): boolean {
  return value === false || (typeof value === 'string' && value.toLowerCase() === 'false');
}

/** A number, or a text that is a number; otherwise undefined. */
export function asNumber(value: Value): number | undefined {
  if (typeof value === 'number') return value;
  return typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value.trim()) ? Number(value) : undefined;
}

/** Pieces of a string. Numbers and booleans become text, as CloudFormation writes them. */
export function piecesOf(value: Value): readonly TextPiece[] | undefined {
  if (typeof value === 'string') return [value];
  if (typeof value === 'number' || typeof value === 'boolean') return [String(value)];
  if (value instanceof Text) return value.pieces;
  if (value instanceof Reference || value instanceof Unresolved) return [value];
  return undefined;
}

/** Joins pieces and merges adjacent text. A single piece is returned as it is. */
export function textOf(pieces: readonly TextPiece[]): string | Reference | Unresolved | Text {
  const merged: TextPiece[] = [];
  for (const piece of pieces) {
    const last = merged.at(-1);
    if (typeof piece === 'string' && typeof last === 'string') merged[merged.length - 1] = last + piece;
    else if (piece !== '') merged.push(piece);
  }
  if (merged.length === 0) return '';
  const [first] = merged;
  return merged.length === 1 && first !== undefined ? first : new Text(merged);
}

/** Splits at each delimiter in the known text. Unknown pieces are taken for text without one. */
export function splitAt(delimiter: string, pieces: readonly TextPiece[]): Value[] {
  const parts: TextPiece[][] = [[]];
  for (const piece of pieces) {
    if (typeof piece !== 'string') {
      parts.at(-1)?.push(piece);
      continue;
    }
    const [head = '', ...tail] = piece.split(delimiter);
    parts.at(-1)?.push(head);
    for (const part of tail) parts.push([part]);
  }
  return parts.map(textOf);
}

/** A text without the spaces around it. */
export function trimmed(value: Value): Value {
  if (typeof value === 'string') return value.trim();
  if (!(value instanceof Text)) return value;
  const last = value.pieces.length - 1;
  return textOf(
    value.pieces.map((piece, i) => {
      if (typeof piece !== 'string') return piece;
      if (i === 0) return piece.trimStart();
      return i === last ? piece.trimEnd() : piece;
    }),
  );
}

/**
 * A string that is equal for two values exactly when the values are certainly equal. An `Unresolved` equals only itself, so
 * its key contains its place.
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

/** The unknown value itself, or the first unknown piece of a text. Undefined when the value is known or symbolic. */
export function unknownIn(value: Value): Unresolved | undefined {
  if (value instanceof Unresolved) return value;
  return value instanceof Text ? value.pieces.find((piece) => piece instanceof Unresolved) : undefined;
}

/** Every `Reference` inside a value. */
export function referencesIn(value: Value): Reference[] {
  const found: Reference[] = [];
  visit(value, (v) => {
    if (v instanceof Reference) found.push(v);
  });
  return found;
}

/** Calls `seen` for the value and everything in it, including pieces of texts and parts of unknown values. */
function visit(value: Value, seen: (value: Value) => void): void {
  seen(value);
  if (typeof value !== 'object' || value === null || value instanceof Reference) return;
  for (const part of partsOf(value)) visit(part, seen);
}

/** What a value is made of: items, members, pieces of a text, and what is known of an unknown value. */
export function partsOf(value: Text | Unresolved | Value[] | ValueObject): readonly Value[] {
  if (Array.isArray(value)) return value;
  if (value instanceof Text) return value.pieces;
  return value instanceof Unresolved ? value.parts : Object.values(value);
}

/** A value as text for messages. */
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

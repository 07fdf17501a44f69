import type { PlacedMember, PlacedNode } from './placed-node';

/** A place in a template's text: both numbers are counted from 1, the column in UTF-16 code units. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** Finds the lines of resources and their properties in the text of a template, JSON or YAML. */
export class TemplateLines {
  private readonly starts: number[] = [0];

  constructor(
    private readonly root: PlacedNode,
    text: string,
  ) {
    for (const { index, 0: end } of text.matchAll(/\r?\n|\r/g)) this.starts.push(index + end.length);
  }

  /**
   * The place of a property, or of the nearest thing around it that the text has: a property that is missing has none of its own.
   *
   * @param path the keys above the property: `Resources`, and a logical id
   * @param property `Properties.Policies[0].PolicyDocument`, or empty. Keys may contain dots
   * @returns undefined when the keys aren't there
   */
  public placeOf(path: readonly string[], property: string): Place | undefined {
    let above: PlacedMember = { offset: 0, node: this.root };
    for (const key of path) {
      const member = above.node.members?.get(key);
      if (member === undefined) return undefined;
      above = member;
    }
    return this.placeAt(deepest(above, property).member.offset);
  }

  private placeAt(offset: number): Place {
    let [low, high] = [0, this.starts.length - 1];
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((this.starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: offset - (this.starts[low] ?? 0) + 1 };
  }
}

interface Found {
  readonly member: PlacedMember;
  /** What is left of the path. */
  readonly rest: string;
}

/** Follows a path as far as the text has it. */
function deepest(from: PlacedMember, path: string): Found {
  const here = { member: from, rest: path };
  if (path === '') return here;
  return [...stepsFrom(from.node, path)]
    .map(({ member, rest }) => deepest(member, rest))
    .reduce((best, found) => (found.rest.length < best.rest.length ? found : best), here);
}

/** The ways on: a key with dots can be read in several ways, and both sides of a condition can have the property. */
function* stepsFrom({ members, items }: PlacedNode, path: string): Generator<Found> {
  const [indexed = '', index] = /^\[(\d+)\]\.?/.exec(path) ?? [];
  const item = indexed === '' ? undefined : items?.[Number(index)];
  if (item !== undefined) yield { member: item, rest: path.slice(indexed.length) };
  // One object in the place of a list is its only item.
  const inObject = items === undefined ? path.slice(indexed.length) : path;
  for (const [key, member] of membersNamed(members, inObject)) {
    yield { member, rest: inObject.slice(key.length).replace(/^\./, '') };
  }
  const sides = members?.get('Fn::If')?.node.items?.slice(1) ?? [];
  for (const side of sides) yield { member: side, rest: path };
}

/** The members that a path may begin with, the longest key first. */
function membersNamed(members: PlacedNode['members'], path: string): [string, PlacedMember][] {
  const named: [string, PlacedMember][] = [];
  for (let end = nextEnd(path, 0); members !== undefined; end = nextEnd(path, end + 1)) {
    const key = path.slice(0, end);
    const member = members.get(key);
    if (member !== undefined) named.unshift([key, member]);
    if (end >= path.length) break;
  }
  return named;
}

/** Where a key may end: at a dot or a bracket, or with the path. */
function nextEnd(path: string, from: number): number {
  const end = path.slice(from).search(/[.[]/);
  return end < 0 ? path.length : from + end;
}

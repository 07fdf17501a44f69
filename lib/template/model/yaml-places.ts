import { type Document, isAlias, isMap, isScalar, isSeq, type Pair } from 'yaml';
import { LEAF, type PlacedMember, type PlacedNode } from './placed-node';

/**
 * Where each value of a YAML document stands. What an alias stands for has the places of its anchor.
 *
 * @param original place in the text that was given, for a place in the text that was parsed
 */
export function yamlPlaces(document: Document, original: (offset: number) => number): PlacedNode {
  return new YamlPlaces(document, original).nodeOf(document.contents);
}

/** The long form of a short tag: `Fn::Sub` of `!Sub`. */
export function longName(tag: string): string {
  const name = tag.slice(1);
  return name === 'Ref' || name === 'Condition' ? name : `Fn::${name}`;
}

class YamlPlaces {
  private readonly known = new Map<unknown, PlacedNode>();

  constructor(
    private readonly document: Document,
    private readonly original: (offset: number) => number,
  ) {}

  nodeOf(value: unknown): PlacedNode {
    if (isAlias(value)) return this.nodeOf(value.resolve(this.document));
    const known = this.known.get(value);
    if (known !== undefined) return known;
    const node = this.read(value);
    this.known.set(value, node);
    return node;
  }

  private read(value: unknown): PlacedNode {
    if (isMap(value)) return this.tagged(value, { members: this.membersOf(value.items) });
    if (!isSeq(value)) return LEAF;
    const items = value.items.map((item) => ({ offset: this.offsetOf(item), node: this.nodeOf(item) }));
    return this.tagged(value, { items });
  }

  private tagged(value: { tag?: string; range?: readonly number[] | null }, node: PlacedNode): PlacedNode {
    if (value.tag === undefined || !/^![A-Za-z]/.test(value.tag)) return node;
    return { members: new Map([[longName(value.tag), { offset: this.offsetOf(value), node }]]) };
  }

  private membersOf(pairs: readonly Pair[]): Map<string, PlacedMember> {
    const own = new Map<string, PlacedMember>();
    const merged = new Map<string, PlacedMember>();
    for (const { key, value } of pairs) {
      const name = isScalar(key) ? String(key.value) : String(key);
      if (isMergeKey(key)) {
        for (const [each, member] of this.mergedMembers(value)) merged.set(each, merged.get(each) ?? member);
      } else own.set(name, { offset: this.offsetOf(key), node: this.nodeOf(value) });
    }
    return new Map([...merged, ...own]);
  }

  /** Of `<<: *base`, or of `<<: [*base, *more]`. */
  private mergedMembers(value: unknown): [string, PlacedMember][] {
    const { members, items } = this.nodeOf(value);
    return [...(members ?? []), ...(items ?? []).flatMap(({ node }) => [...(node.members ?? [])])];
  }

  private offsetOf(node: unknown): number {
    return this.original(offsetOf(node));
  }
}

/** Where a node begins in the text that was parsed. */
export function offsetOf(node: unknown): number {
  const { range } = (node ?? {}) as { range?: readonly number[] | null };
  return range?.[0] ?? 0;
}

/** Whether a map gets the members of others by this key. */
export function isMergeKey(key: unknown): boolean {
  return isScalar(key) && key.source === '<<' && key.type === 'PLAIN';
}

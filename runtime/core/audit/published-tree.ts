import { hashLeaf, type TreeHash } from '../merkle/hash';
import {
  decodeEntryBundle,
  decodeTile,
  encodeEntryBundle,
  encodeTile,
  entryBundlePath,
  TILE_WIDTH,
  type TileId,
  tilePath,
} from '../merkle/tile';
import type { AuditFindings } from './audit-finding';
import type { RebuiltTree } from './rebuilt-tree';
import type { SignedHeads } from './signed-heads';
import type { StoredEntry } from './stored-entry';

type ReadPublished = (path: string) => Promise<Uint8Array | undefined>;

/**
 * The published copy of the tree. It is not trusted: where it leads to a signed root, it shows what the locked bucket
 * held before a change. It is itself compared with the tree.
 */
export class PublishedTree {
  /** Entries since the last full bundle; undefined where one is unknown. */
  private bundle: (StoredEntry['content'] | undefined)[] = [];

  constructor(
    private readonly read: ReadPublished | undefined,
    private readonly heads: SignedHeads,
    private readonly findings: AuditFindings,
  ) {}

  /** Leaves that the published checkpoint covers. Tiles beyond it may not be published yet. */
  private get covered(): number {
    return this.heads.sizeShown;
  }

  /** Leaf hashes `from` up to `to`; undefined where not all of them are published. */
  async leaves(from: number, to: number): Promise<TreeHash[] | undefined> {
    const rows: TreeHash[] = [];
    for (let index = Math.floor(from / TILE_WIDTH); index * TILE_WIDTH < to; index += 1) {
      const needed = Math.min(TILE_WIDTH, to - index * TILE_WIDTH);
      const bytes =
        (await this.read?.(tilePath({ level: 0, index, width: TILE_WIDTH }))) ??
        (await this.read?.(tilePath({ level: 0, index, width: needed })));
      const row = decoded(() => decodeTile(bytes ?? new Uint8Array()));
      if (!row || row.length < needed) return undefined;
      rows.push(...row.slice(Math.max(0, from - index * TILE_WIDTH), needed));
    }
    return rows;
  }

  /** Entries of the leaves from `from` on; undefined where one doesn't have the hash of its leaf. */
  async entries(from: number, hashes: readonly TreeHash[]): Promise<(string | undefined)[]> {
    const to = from + hashes.length;
    const texts: (string | undefined)[] = [];
    for (let index = Math.floor(from / TILE_WIDTH); index * TILE_WIDTH < to; index += 1) {
      const width = Math.min(TILE_WIDTH, to - index * TILE_WIDTH);
      const bytes =
        (await this.read?.(entryBundlePath(index, TILE_WIDTH))) ?? (await this.read?.(entryBundlePath(index, width)));
      const bundle = decoded(() => decodeEntryBundle(bytes ?? new Uint8Array())) ?? [];
      for (let at = Math.max(0, from - index * TILE_WIDTH); at < width; at += 1) {
        const text = bundle[at];
        const hash = hashes[texts.length];
        texts.push(text !== undefined && hash && hashLeaf(text).equals(hash) ? text : undefined);
      }
    }
    return texts;
  }

  /** Compares a tile of the tree with the published one. */
  async checkTile(tile: TileId, hashes: readonly TreeHash[]): Promise<void> {
    const leaves = (tile.index * TILE_WIDTH + tile.width) * TILE_WIDTH ** tile.level;
    if (leaves <= this.covered) await this.compare(tilePath(tile), encodeTile(hashes));
  }

  /** Adds the entry of the next leaf; undefined where it is unknown. Returns whether a bundle is full and can be checked. */
  addEntry(content: StoredEntry['content'] | undefined): boolean {
    return this.read !== undefined && this.bundle.push(content) === TILE_WIDTH;
  }

  /** Compares the entries since the last full bundle with the published ones, where all of them are known. */
  async checkBundle(size: number): Promise<void> {
    const entries = this.bundle.filter((content) => content !== undefined);
    const complete = entries.length === this.bundle.length;
    this.bundle = [];
    if (!complete || size > this.covered) return;
    const index = Math.ceil(size / TILE_WIDTH) - 1;
    await this.compare(entryBundlePath(index, entries.length), encodeEntryBundle(entries));
  }

  /** Compares the partial tiles and the partial bundle. They are published only for the sizes of checkpoints. */
  async checkEdge(tree: RebuiltTree): Promise<void> {
    if (this.covered !== tree.size) return;
    for (const { tile, hashes } of tree.partialTiles()) await this.checkTile(tile, hashes);
    if (this.bundle.length > 0) await this.checkBundle(tree.size);
  }

  private async compare(path: string, wanted: Buffer): Promise<void> {
    if (!this.read) return;
    const found = await this.read(path);
    if (found !== undefined && wanted.equals(found)) return;
    this.findings.add({
      code: 'TILE_ALTERED',
      where: path,
      message:
        found === undefined
          ? 'This part of the published tree is gone. The locked ledger doesn’t need it.'
          : 'This part of the published tree differs from the signed tree. The locked ledger doesn’t need it.',
    });
  }
}

function decoded<Value>(decode: () => Value): Value | undefined {
  try {
    return decode();
  } catch {
    return undefined;
  }
}

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

type ReadPublished = (path: string) => Promise<Uint8Array | undefined>;

/**
 * The published copy of the tree. Nothing of it is believed; it tells what stood where in the locked record was changed,
 * as far as it leads to a signed root, and it is itself compared with the tree.
 */
export class PublishedTree {
  /** Leaves that the latest published checkpoint covers: tiles beyond it may still be on their way. */
  covered = 0;

  constructor(
    private readonly read: ReadPublished | undefined,
    private readonly findings: AuditFindings,
  ) {}

  /** Leaf hashes `from` up to `to`; undefined where they weren't published, or not whole. */
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

  /** Entries of the leaves `from` on, each where it has the leaf's hash. */
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
        texts.push(text !== undefined && hashLeaf(text).equals(hash) ? text : undefined);
      }
    }
    return texts;
  }

  /** Compares a tile of the tree with the published one. */
  async checkTile(tile: TileId, hashes: readonly TreeHash[]): Promise<void> {
    const leaves = (tile.index * TILE_WIDTH + tile.width) * TILE_WIDTH ** tile.level;
    if (leaves <= this.covered) await this.compare(tilePath(tile), encodeTile(hashes));
  }

  /** Compares a bundle of entries with the published one. */
  async checkBundle(index: number, entries: readonly (string | Uint8Array)[]): Promise<void> {
    if (index * TILE_WIDTH + entries.length <= this.covered) {
      await this.compare(entryBundlePath(index, entries.length), encodeEntryBundle(entries));
    }
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
          ? 'This published part of the tree is gone. The locked record doesn’t need it.'
          : 'This published part of the tree differs from the signed tree. The locked record doesn’t need it.',
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

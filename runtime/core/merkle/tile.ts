import { HASH_BYTES, type TreeHash, type TreeSize } from './hash';

/** Hashes of a full tile. C2SP tlog-tiles requires height 8. */
export const TILE_WIDTH = 256;
export const TILE_HEIGHT = 8;

/** A part of the tree. Level 0 holds leaf hashes. Each level above holds the roots of the full tiles below. */
export interface TileId {
  readonly level: number;
  readonly index: number;
  /** 1 to 256. Only tiles at the right edge have less than 256. */
  readonly width: number;
}

/** `tile/<L>/<N>[.p/<W>]`, C2SP tlog-tiles. */
export function tilePath(tile: TileId): string {
  return `tile/${tile.level}/${indexPath(tile.index)}${partialSuffix(tile.width)}`;
}

/** `tile/entries/<N>[.p/<W>]`, C2SP tlog-tiles. */
export function entryBundlePath(index: number, width: number): string {
  return `tile/entries/${indexPath(index)}${partialSuffix(width)}`;
}

/** Three digits in each path element, all but the last with an `x`: 1234067 is `x001/x234/067`. */
function indexPath(index: number): string {
  let path = String(index % 1000).padStart(3, '0');
  for (let rest = Math.floor(index / 1000); rest > 0; rest = Math.floor(rest / 1000)) {
    path = `x${String(rest % 1000).padStart(3, '0')}/${path}`;
  }
  return path;
}

function partialSuffix(width: number): string {
  return width < TILE_WIDTH ? `.p/${width}` : '';
}

/** All tiles of a tree, on all levels, with the partial tiles of its right edge. */
export function* tilesOf(size: TreeSize): Generator<TileId> {
  for (let level = 0, count: number = size; count > 0; level += 1, count = Math.floor(count / TILE_WIDTH)) {
    for (let index = 0; index * TILE_WIDTH < count; index += 1) {
      yield { level, index, width: Math.min(TILE_WIDTH, count - index * TILE_WIDTH) };
    }
  }
}

/** The width of the tile `level`/`index` in a tree of that size. 0 where the tree has no such tile. */
export function tileWidth(level: number, index: number, size: TreeSize): number {
  const count = Math.floor(size / TILE_WIDTH ** level);
  return Math.max(0, Math.min(TILE_WIDTH, count - index * TILE_WIDTH));
}

export function encodeTile(hashes: readonly TreeHash[]): Buffer {
  return Buffer.concat(hashes);
}

/** @throws RangeError when the bytes are not whole hashes, or are more than a tile holds */
export function decodeTile(bytes: Uint8Array): TreeHash[] {
  if (bytes.length === 0 || bytes.length % HASH_BYTES !== 0 || bytes.length > TILE_WIDTH * HASH_BYTES) {
    throw new RangeError(`A tile holds 1 to ${TILE_WIDTH} hashes, not ${bytes.length} bytes`);
  }
  const buffer = Buffer.from(bytes);
  const hashes: TreeHash[] = [];
  for (let at = 0; at < buffer.length; at += HASH_BYTES) {
    hashes.push(buffer.subarray(at, at + HASH_BYTES) as TreeHash);
  }
  return hashes;
}

const LENGTH_BYTES = 2;
const MAX_BUNDLED_BYTES = 0xffff;

/** Each entry as its big-endian 16-bit length and its bytes. C2SP tlog-tiles. @throws RangeError above 65,535 bytes */
export function encodeEntryBundle(entries: readonly (string | Uint8Array)[]): Buffer {
  const parts: Uint8Array[] = [];
  for (const entry of entries) {
    const bytes = typeof entry === 'string' ? Buffer.from(entry, 'utf8') : entry;
    if (bytes.length > MAX_BUNDLED_BYTES)
      throw new RangeError(`An entry in a bundle has at most ${MAX_BUNDLED_BYTES} bytes, not ${bytes.length}`);
    const length = Buffer.alloc(LENGTH_BYTES);
    length.writeUInt16BE(bytes.length);
    parts.push(length, bytes);
  }
  return Buffer.concat(parts);
}

/** @throws RangeError when the bytes end in the middle of an entry */
export function decodeEntryBundle(bytes: Uint8Array): string[] {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const entries: string[] = [];
  for (let at = 0; at < buffer.length; ) {
    if (at + LENGTH_BYTES > buffer.length) throw new RangeError('This entry bundle ends in the middle of a length');
    const end = at + LENGTH_BYTES + buffer.readUInt16BE(at);
    if (end > buffer.length) throw new RangeError('This entry bundle ends in the middle of an entry');
    entries.push(buffer.toString('utf8', at + LENGTH_BYTES, end));
    at = end;
  }
  return entries;
}

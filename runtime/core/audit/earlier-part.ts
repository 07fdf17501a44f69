import { parseCheckpoint } from '../merkle/checkpoint';
import { parseNote } from '../merkle/note';
import { TILE_WIDTH } from '../merkle/tile';
import type { LeafPlace } from './leaf-place';
import { extendNames, type VerifiedPart } from './verified-part';

/** The part of the ledger that an earlier verification covers. Its entries are not read again, but their names are compared. */
export class EarlierPart {
  /** Leaves that the earlier verification covers. */
  readonly size: number;
  /** Leaves whose entries are not read. Only whole bundles: a bundle that later entries fill is compared as a whole. */
  readonly unread: number;
  /** Whether the part that is not read differs from what was verified. */
  differs = false;
  private namesSoFar = extendNames('', []);

  constructor(private readonly verified?: VerifiedPart) {
    this.size = verified ? parseCheckpoint(parseNote(verified.checkpoint).text).size : 0;
    this.unread = this.size - (this.size % TILE_WIDTH);
  }

  /** Digest of the names of all leaves so far. */
  get names(): string {
    return this.namesSoFar;
  }

  /** Adds the names of leaves from `from` on. Where the earlier part ends, compares its names. */
  addNames(places: readonly LeafPlace[], from: number): void {
    const split = Math.max(0, this.size - from);
    const before = places.slice(0, split);
    const after = places.slice(split);
    if (before.length > 0) {
      this.namesSoFar = extendNames(this.namesSoFar, before);
      if (before.length === split && this.namesSoFar !== this.verified?.names) this.differs = true;
    }
    if (after.length > 0) this.namesSoFar = extendNames(this.namesSoFar, after);
  }
}

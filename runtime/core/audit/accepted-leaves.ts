import { ledgerKey } from '../contracts';
import { parseEntry } from '../ledger/entry';
import type { TreeHash } from '../merkle/hash';
import type { BatchReader, ClaimedBatch, FoundEntry } from './batch-reader';
import type { EarlierPart } from './earlier-part';
import type { FollowedStreams } from './followed-streams';
import { type LeafPlace, leafPlace } from './leaf-place';
import type { PublishedTree } from './published-tree';
import type { RebuiltTree } from './rebuilt-tree';
import type { SealedObjects } from './sealed-objects';

/** What accepted leaves are added to and compared with. */
export interface AcceptedLeavesParts {
  readonly reader: BatchReader;
  readonly tree: RebuiltTree;
  readonly published: PublishedTree;
  readonly objects: SealedObjects;
  readonly streams: FollowedStreams;
  readonly earlier: EarlierPart;
}

/** Adds leaves to the tree, and compares them with the stored objects and the published tree. */
export class AcceptedLeaves {
  constructor(private readonly parts: AcceptedLeavesParts) {}

  /**
   * @param claim what is stored as the batch of these leaves
   * @param signed hashes of the leaves that follow the tree, as far as they are known
   */
  async accept(claim: ClaimedBatch, signed: readonly TreeHash[]): Promise<void> {
    const { tree, published, objects, earlier, reader } = this.parts;
    const { from, batch } = claim;
    const aligned = batch !== undefined && sameLeaves(signed, batch.hashes);
    const complete = aligned && !claim.found.includes('gone');
    const copies = complete ? [] : await published.entries(from, signed);
    const places = aligned ? claim.places : signedPlaces(claim, copies, signed.length);
    const found = aligned ? claim.found : await reader.entries(places, from);
    if (batch && !aligned) objects.judgeBatch(claim, batch, { places, hashes: signed });
    const fullTiles = tree.append(signed);
    earlier.addNames(places, from);
    for (const { tile, hashes } of fullTiles) await published.checkTile(tile, hashes);
    await this.judgeEntries(from, signed, { places, found, copies });
  }

  private async judgeEntries(
    from: number,
    signed: readonly TreeHash[],
    stored: {
      readonly places: readonly LeafPlace[];
      readonly found: readonly FoundEntry[];
      readonly copies: readonly (string | undefined)[];
    },
  ): Promise<void> {
    const { published, objects, streams } = this.parts;
    const end = from + signed.length;
    let leaf = from;
    for (const hash of signed) {
      const place = stored.places[leaf - from];
      const found = stored.found[leaf - from];
      if (!place || !found) throw new RangeError(`The place of leaf ${leaf} is unknown`);
      const sealed = objects.judge(place, leaf, hash, found, stored.copies[leaf - from]);
      streams.follow(place, leaf, sealed, end);
      leaf += 1;
      if (published.addEntry(sealed?.content)) await published.checkBundle(leaf);
    }
  }
}

/** Places of the signed leaves, where the batch can't be believed: by the published entries, else by its positions. */
function signedPlaces(claim: ClaimedBatch, copies: readonly (string | undefined)[], count: number): LeafPlace[] {
  const positionsHold = claim.places.length === count;
  return Array.from({ length: count }, (_, i) => {
    const key = keyOf(copies[i]);
    if (key !== undefined) return leafPlace(key);
    return (positionsHold && claim.places[i]) || { key: `leaf ${claim.from + i}` };
  });
}

function keyOf(text: string | undefined): string | undefined {
  const parsed = parseEntry(text ?? '');
  return parsed.ok ? ledgerKey.entry(parsed.entry.sessionId, parsed.entry.seq) : undefined;
}

function sameLeaves(one: readonly TreeHash[], other: readonly TreeHash[]): boolean {
  if (one === other) return true;
  return (
    one.length === other.length &&
    one.every((leaf, i) => {
      const paired = other[i];
      return paired !== undefined && leaf.equals(paired);
    })
  );
}

import { ledgerKey } from '../contracts';
import type { AuditFindings } from './audit-finding';
import type { EarlierPart } from './earlier-part';
import type { LeafPlace } from './leaf-place';
import type { OpenIntents } from './open-intents';
import type { SealingTimes } from './sealing-times';
import type { SigningKeys } from './signing-keys';
import type { FollowedEntry, StoredEntry } from './stored-entry';

/** What the content of entries is followed with. */
export interface Followers {
  readonly keys: SigningKeys;
  readonly times: SealingTimes;
  readonly intents: OpenIntents;
}

/** Follows the streams in the order of the tree: their numbers, and what their entries say. */
export class FollowedStreams {
  /** The next number of each stream. */
  private readonly next = new Map<string, number>();

  /** @param erasures recorded in the part that an earlier verification covers */
  constructor(
    private readonly followers: Followers,
    private readonly earlier: EarlierPart,
    private readonly findings: AuditFindings,
    private erasures: number,
  ) {}

  get count(): number {
    return this.next.size;
  }

  /** Recorded erasures so far. */
  get erasureCount(): number {
    return this.erasures;
  }

  /** The first number of a stream that is not sealed. */
  nextOf(stream: string): number {
    return this.next.get(stream) ?? 1;
  }

  /**
   * @param sealed the sealed entry; undefined where it is unknown
   * @param batchEnd size of the tree at the end of the batch
   */
  follow(place: LeafPlace, leaf: number, sealed: StoredEntry | undefined, batchEnd: number): void {
    if (place.own) this.followNumber(place.key, place.own.stream, place.own.seq, leaf);
    if (sealed === undefined) return;
    const judged = sealed.judge();
    if (judged.ok) {
      this.followEntry(place, leaf, judged.entry, batchEnd);
      return;
    }
    this.findings.add({
      code: 'ENTRY_MALFORMED',
      where: place.key,
      leaf,
      message: `This object was written and sealed, but it is not a ledger entry: ${judged.reason}.`,
    });
  }

  private followNumber(key: string, stream: string, seq: number, leaf: number): void {
    const wanted = this.nextOf(stream);
    if (seq !== wanted) {
      this.findings.add({
        code: 'SEQUENCE_BROKEN',
        where: key,
        leaf,
        message: `Entry ${seq} of ${stream} was sealed where entry ${wanted} was next.`,
      });
    }
    this.next.set(stream, Math.max(wanted, seq + 1));
  }

  private followEntry({ key, own }: LeafPlace, leaf: number, entry: FollowedEntry, batchEnd: number): void {
    const { keys, times, intents } = this.followers;
    if (entry.sessionId !== own?.stream || entry.seq !== own.seq) {
      this.findings.add({
        code: 'ENTRY_MISPLACED',
        where: key,
        leaf,
        message: `This entry says that it is ${ledgerKey.entry(entry.sessionId, entry.seq)}: its writer stored it under another key.`,
      });
    }
    keys.sealed(entry, batchEnd);
    times.entry(entry, key, leaf);
    if (leaf < this.earlier.size) return;
    if (entry.type === 'erasure') this.erasures += 1;
    intents.follow(entry, key, leaf);
  }
}
